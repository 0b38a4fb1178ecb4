#pragma once
// What is put to the test: plugins and the options that their files give. Filled by main() before GoogleTest asks for
// its cases, constant afterwards.

#include <filesystem>
#include <ostream>
#include <string>
#include <vector>

#include "xray/options.h"
#include "xray/plugin_loader.h"
#include "xray/status.h"

namespace xray {
inline void PrintTo(StatusCode code, std::ostream* out) {
  *out << toString(code);
}
}  // namespace xray

namespace xray::test {

/// A plugin with its options as they stand in a file: a YAML mapping in which {dir}, {unique}, {endpoint} and {port}
/// are replaced for each object made.
struct Subject {
  std::string plugin;
  std::string optionsFile;  // empty: no options are given
  std::string optionsText;
  std::string definition;  // of a validator: says in its form what key_list.h says
  std::string skip;        // why it cannot be tested here: an environment variable is not set; empty: it can
};

/// GoogleTest's name of a case.
inline void PrintTo(const Subject& subject, std::ostream* out) {
  *out << subject.plugin;
}

/// What the placeholders of an options file stand for. Empty ones are left as they are.
struct Placeholders {
  std::string dir;         // {dir}: a directory of its own, empty at first
  std::string unique;      // {unique}: letters, digits and _, at most 40, starting with a letter; new for each object
  std::string endpoint;    // {endpoint}: where the receiver under test listens
  std::string port = "0";  // {port}: of 127.0.0.1; 0 lets the kernel pick one, in one case it is in use

  /// With a new {unique}.
  static Placeholders in(const std::filesystem::path& dir);
};

enum class SubjectKind { Store, Transport, Validator };

/// The plugins of one run of the suite. Transports offer both ends.
struct Subjects {
  std::vector<Subject> stores;
  std::vector<Subject> transports;
  std::vector<Subject> validators;

  std::vector<Subject>& of(SubjectKind kind);
};
Subjects& subjects();

/// Loads from the directories given to it; the installation's when there are none. Constant after the first call.
PluginLoader& loader(const std::vector<std::filesystem::path>& dirs = {});

/// The subject with the options and the definition of files; an empty name: none.
///   NotFound  a file cannot be read, or is empty
Result<Subject> readSubject(const std::string& plugin, const std::string& optionsFile,
                            const std::string& definitionFile);

/// The options of one kind, checked against the plugin's table as those of a configuration file.
///   InvalidArgument  every problem, one a line, each with its place in the options file
Result<Options> readOptions(const Subject& subject, PluginKinds kind, const Placeholders& placeholders);

/// A case's name as GoogleTest takes it: letters, digits and _.
std::string caseName(const Subject& subject);

}  // namespace xray::test
