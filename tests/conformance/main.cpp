// xray-conformance: puts plugins through the suite of each contract that they implement.

#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <iostream>

#include "conformance/append_worker.h"
#include "conformance/key_list.h"
#include "conformance/subject.h"
#include "conformance/summary.h"
#include "xray/json.h"

namespace xray::test {
namespace {

constexpr int kBadUsage = 2;
constexpr const char* kFooter =
    "FILE is a YAML mapping of the plugin's options, ${VAR} as in configuration files. For each store, sender or\n"
    "receiver made, {dir} is replaced by a directory of its own, {unique} by an identifier that is new each time,\n"
    "{endpoint} by where the receiver under test listens, {port} by a port of 127.0.0.1. Without --options a plugin of "
    "X-Ray is given those it is\n"
    "tested with; without --plugin every plugin found is tested.\n"
    "GoogleTest's flags pass through: --gtest_filter=…, --gtest_repeat=N, --gtest_list_tests, --gtest_brief=1.\n"
    "Exit codes: 0 all passed or were skipped; 1 a case failed; 2 wrong usage or options.";

struct Arguments {
  std::string plugin;
  std::string optionsFile;
  std::string definitionFile;
  std::vector<std::filesystem::path> dirs;
  std::string kind;
  WorkerPlace worker;
};

/// What X-Ray's own plugins are tested with lies beside the program, installed or not. Empty: no such file.
std::string ownFile(const std::string& name) {
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe");
  const std::filesystem::path file = program.parent_path() / XRAY_CONFORMANCE_DIR / name;
  std::error_code ignored;
  return std::filesystem::exists(file, ignored) ? file.lexically_normal().string() : "";
}

Result<Subject> makeSubject(const std::string& plugin, const std::string& optionsFile,
                            const std::string& definitionFile) {
  auto subject = readSubject(plugin, optionsFile.empty() ? ownFile(plugin + ".yaml") : optionsFile,
                             definitionFile.empty() ? ownFile(plugin + ".json") : definitionFile);
  if (subject && plugin == "key-list") subject->definition = kKeyList;
  return subject;
}

Status checkDefinition(const Subject& subject) {
  if (subject.definition.empty()) {
    return Status(StatusCode::InvalidArgument, subject.plugin +
                                                   ": a validator is tested with --definition FILE: in its "
                                                   "own form, what this key list says: " +
                                                   kKeyList);
  }
  const auto facts = checkJson(subject.definition, 128);
  if (!facts) return Status(StatusCode::InvalidArgument, "the definition is no JSON: " + facts.status().message());
  return {};
}

/// Says once, before anything runs, what every case would fail at.
Status checkOptions(const Subject& subject, std::initializer_list<PluginKinds> kinds) {
  if (!subject.skip.empty()) return {};
  for (const PluginKinds kind : kinds) {
    Placeholders placeholders = Placeholders::in("/nonexistent");
    placeholders.endpoint = "http://127.0.0.1:1";
    if (auto options = readOptions(subject, kind, placeholders); !options) return options.status();
  }
  return {};
}

/// Adds the subject to each suite of `kind` (all when empty) that its plugin can be put through.
Status addSubject(const Subject& subject, const PluginDescriptor& plugin, const std::string& kind) {
  const auto wanted = [&](const char* name) { return kind.empty() || kind == name; };
  Status status;
  if (plugin.makeStore && wanted("store")) {
    status = checkOptions(subject, {kStorePlugin});
    subjects().stores.push_back(subject);
  }
  if (plugin.makeSender && plugin.makeReceiver && wanted("transport") && status.ok()) {
    status = checkOptions(subject, {kSenderPlugin, kReceiverPlugin});
    subjects().transports.push_back(subject);
  }
  if (plugin.makeValidator && wanted("validator") && status.ok()) {
    status = checkOptions(subject, {kValidatorPlugin});
    if (status.ok()) status = checkDefinition(subject);
    if (status.ok()) subjects().validators.push_back(subject);
  }
  return status;
}

Status addChosen(const Arguments& arguments) {
  const auto plugin = loader().load(arguments.plugin);
  if (!plugin) return plugin.status();
  const auto subject = makeSubject(arguments.plugin, arguments.optionsFile, arguments.definitionFile);
  if (!subject) return subject.status();
  if (!subject->skip.empty()) return Status(StatusCode::InvalidArgument, subject->skip);
  if (Status status = addSubject(*subject, **plugin, arguments.kind); !status.ok()) return status;
  const Subjects& all = subjects();
  if (!all.stores.empty() || !all.transports.empty() || !all.validators.empty()) return {};
  return Status(StatusCode::InvalidArgument,
                arguments.plugin + " offers nothing of that kind (a transport is tested with both of its ends)");
}

/// Every plugin that can be loaded. What cannot be tested is told on standard error and left out.
void addAll(const std::string& kind) {
  for (const PluginLoader::Found& found : loader().list()) {
    Status status = found.status;
    if (status.ok()) {
      const auto subject = makeSubject(found.name, "", "");
      status = subject ? addSubject(*subject, *found.descriptor, kind) : subject.status();
    }
    if (!status.ok()) std::cerr << "xray-conformance: " << found.name << " is left out: " << status.message() << "\n";
  }
}

void addOptions(CLI::App& app, Arguments& arguments) {
  app.add_option("--plugin", arguments.plugin, "Test this plugin alone");
  app.add_option("--options", arguments.optionsFile, "Its options, a YAML file")->needs("--plugin");
  app.add_option("--definition", arguments.definitionFile, "Of a validator: its form of the key list it is compared by")
      ->needs("--plugin");
  app.add_option("--dirs", arguments.dirs, "Directories of plugins, absolute (default: where X-Ray is installed)");
  app.add_option("--kind", arguments.kind, "The contract to test (default: all that the plugin offers)")
      ->check(CLI::IsMember({"store", "transport", "validator"}));
  // How the suite starts itself again, to be killed: no business of users.
  app.add_option("--append-in", arguments.worker.dir)->group("");
  app.add_option("--append-as", arguments.worker.unique)->group("");
  app.add_option("--append-from", arguments.worker.first)->group("");
  app.footer(kFooter);
  app.allow_extras();
}

int run(int argc, char** argv) {
  CLI::App app("Puts X-Ray plugins through the conformance suite of each contract that they implement.",
               "xray-conformance");
  Arguments arguments;
  addOptions(app, arguments);
  CLI11_PARSE(app, argc, argv);
  loader(arguments.dirs);
  Status status;
  if (arguments.plugin.empty()) {
    addAll(arguments.kind);
  } else {
    status = addChosen(arguments);
  }
  if (!status.ok()) {
    std::cerr << "xray-conformance: " << status.message() << "\n";
    return kBadUsage;
  }
  if (!arguments.worker.dir.empty()) return appendUntilKilled(subjects().stores.at(0), arguments.worker);

  std::vector<std::string> rest = app.remaining();
  std::vector<char*> words{argv[0]};
  for (std::string& word : rest) words.push_back(word.data());
  int count = static_cast<int>(words.size());
  words.push_back(nullptr);
  ::testing::InitGoogleTest(&count, words.data());
  if (count > 1) {
    std::cerr << "xray-conformance: unknown argument " << words[1] << " (--help tells them)\n";
    return kBadUsage;
  }
  ::testing::UnitTest::GetInstance()->listeners().Append(new Summary);  // GoogleTest deletes it
  return RUN_ALL_TESTS();
}

}  // namespace
}  // namespace xray::test

int main(int argc, char** argv) {
  try {
    return xray::test::run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "xray-conformance: " << error.what() << "\n";
    return 1;
  }
}
