// xray schemas diff

#include <CLI/CLI.hpp>

#include "cli/options.h"
#include "cli/pointer.h"
#include "cli/schemas_commands.h"
#include "cli/table.h"
#include "xray/json.h"

namespace xray::cli {
namespace {

struct DiffOptions : QuestionOptions {
  std::string name;
  std::string from;
  std::string to;
};

struct Kind {
  const char* member;
  const char* words;
  Colour colour;
};
constexpr Kind kKinds[] = {{"added", "+ added", Colour::Green},
                           {"removed", "- removed", Colour::Red},
                           {"changed", "~ changed", Colour::Yellow}};

/// "/steps/llm/reasoning/rule": of which steps, the section, the key.
std::vector<Table::Cell> placeOf(std::string_view pointer) {
  std::vector<std::string> tokens = tokensOf(pointer);
  Table::Cell type("all", Colour::Dim);
  if (tokens.size() > 2 && tokens[0] == "steps") {
    type = Table::Cell(harmless(tokens[1]));
    tokens.erase(tokens.begin(), tokens.begin() + 2);
  }
  const std::string section = tokens.empty() ? "" : harmless(tokens[0]);
  std::string key;
  for (std::size_t i = 1; i < tokens.size(); ++i) key += (i == 1 ? "" : "/") + harmless(tokens[i]);
  return {type, section, key};
}

void draw(std::string_view diff, Output& output) {
  Table table({{.title = "CHANGE"},
               {.title = "STEPS OF TYPE", .atLeast = 6},
               {.title = "SECTION", .atLeast = 6},
               {.title = "KEY", .atLeast = 8}});
  std::size_t changes = 0;
  for (const Kind& kind : kKinds) {
    const auto list = findJsonMember(diff, kind.member);
    for (JsonCursor pointer(list ? list->text : ""); pointer.next(); ++changes) {
      std::vector<Table::Cell> cells = placeOf(pointer.value().string());
      cells.insert(cells.begin(), {kind.words, kind.colour});
      table.add(std::move(cells));
    }
  }
  if (changes == 0) {
    output.out << "Both versions have the same keys.\n";
  } else {
    table.print(output.out, output.terminal);
  }
}

void diff(const DiffOptions& options, Output& output) {
  const std::unique_ptr<Source> source = options.open(output);
  if (!source) return;
  const Result<Answer> answer = source->ask(
      {"/v1/schemas/" + percentEncode(options.name) + "/" + percentEncode(options.from), {{"diff_to", options.to}}});
  if (!answer.ok()) return report(output, answer.status());
  if (const Status status = statusOf(*answer); !status.ok()) return report(output, status);
  const std::optional<JsonValue> diff = findJsonMember(answer->body, "diff");
  if (options.json) {
    output.out << answer->body << '\n';
  } else if (diff) {
    draw(diff->text, output);
  }
}

}  // namespace

void addSchemaDiffCommand(CLI::App& schemas, Output& output) {
  CLI::App* command =
      schemas.add_subcommand("diff", "Show which keys were added, removed or changed between two versions");
  const auto options = std::make_shared<DiffOptions>();
  options->addTo(*command);
  command->add_option("name", options->name, "The schema's name")->required();
  command->add_option("from", options->from, "A version")->required();
  command->add_option("to", options->to, "Another one")->required();
  command->callback([options, &output] { diff(*options, output); });
}

}  // namespace xray::cli
