#include "cli/completion.h"

#include <CLI/CLI.hpp>

namespace xray::cli {
namespace {

/// "a, b" of CLI11's description "TEXT:{a,b}".
std::vector<std::string> choicesIn(const std::string& type) {
  std::vector<std::string> choices;
  const std::size_t open = type.find('{');
  const std::size_t close = type.find('}', open);
  if (open == type.npos || close == type.npos) return choices;
  for (std::size_t start = open + 1; start < close;) {
    const std::size_t end = std::min(type.find(',', start), close);
    choices.push_back(type.substr(start, end - start));
    start = end + 1;
  }
  return choices;
}

CompletedValue valueOf(const CLI::Option& option) {
  CompletedValue value;
  for (const std::string& name : option.get_lnames()) value.names.push_back("--" + name);
  for (const std::string& name : option.get_snames()) value.names.push_back("-" + name);
  value.help = option.get_description();
  value.takesValue = option.get_items_expected_max() > 0;
  value.file = option.get_type_name() == "FILE";
  value.choices = choicesIn(option.get_type_name());
  return value;
}

void collect(const CLI::App& app, const std::string& path, std::vector<CompletedCommand>& commands) {
  const std::size_t place = commands.size();
  commands.push_back({path, app.get_description(), {}, {}});
  for (const CLI::Option* option : app.get_options()) commands[place].values.push_back(valueOf(*option));
  for (const CLI::App* below : app.get_subcommands([](const CLI::App*) { return true; })) {
    const std::string belowPath = path + "/" + below->get_name();
    commands[place].commands.push_back(belowPath);
    collect(*below, belowPath, commands);
  }
}

std::string joined(const std::vector<std::string>& words, std::string_view separator) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : std::string(separator)) + word;
  return text;
}

/// The words of single-quoted text in any of the shells. Fish knows escapes within them.
std::string singleQuoted(std::string_view text, bool fish) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') {
      out += fish ? "\\'" : "'\\''";
    } else if (c == '\\' && fish) {
      out += "\\\\";
    } else {
      out += c;
    }
  }
  return out + "'";
}

/// Every command below the program, "xray/runs|xray/run|…".
std::string allPaths(const std::vector<CompletedCommand>& commands, std::string_view separator) {
  std::vector<std::string> paths;
  for (std::size_t i = 1; i < commands.size(); ++i) paths.push_back(commands[i].path);
  return joined(paths, separator);
}

/// "xray/export:-o|xray/export:--output".
std::string placesOf(const CompletedCommand& command, const CompletedValue& value) {
  std::vector<std::string> places;
  for (const std::string& name : value.names) places.push_back(command.path + ":" + name);
  return joined(places, "|");
}

std::vector<std::string> optionNames(const CompletedCommand& command) {
  std::vector<std::string> names;
  for (const CompletedValue& value : command.values) names.insert(names.end(), value.names.begin(), value.names.end());
  return names;
}

std::vector<std::string> commandNames(const CompletedCommand& command) {
  std::vector<std::string> names;
  for (const std::string& path : command.commands) names.push_back(path.substr(path.rfind('/') + 1));
  for (const CompletedValue& value : command.values) {
    if (value.names.empty()) names.insert(names.end(), value.choices.begin(), value.choices.end());
  }
  return names;
}

bool takesFile(const CompletedCommand& command) {
  return std::ranges::any_of(command.values,
                             [](const CompletedValue& value) { return value.names.empty() && value.file; });
}

const CompletedCommand& find(const std::vector<CompletedCommand>& commands, const std::string& path) {
  return *std::ranges::find(commands, path, &CompletedCommand::path);
}

/// The first sentence or so: what fits beside a name.
std::string shortHelp(std::string_view help) {
  help = help.substr(0, help.find_first_of(":;("));
  return std::string(help.substr(0, help.find_last_not_of(' ') + 1));
}

}  // namespace

std::vector<CompletedCommand> completedCommands(const CLI::App& app) {
  std::vector<CompletedCommand> commands;
  collect(app, "xray", commands);
  return commands;
}

std::string bashCompletion(const std::vector<CompletedCommand>& commands) {
  std::string values, words;
  for (const CompletedCommand& command : commands) {
    for (const CompletedValue& value : command.values) {
      if (value.names.empty() || !value.takesValue) continue;
      values += "    " + placesOf(command, value) + ")\n";
      if (value.file) {
        values +=
            "      compopt -o filenames 2>/dev/null\n      mapfile -t COMPREPLY < <(compgen -f -- \"$current\")\n";
      } else if (!value.choices.empty()) {
        values += "      mapfile -t COMPREPLY < <(compgen -W '" + joined(value.choices, " ") + "' -- \"$current\")\n";
      }
      values += "      return ;;\n";
    }
    words += "    " + command.path + ")\n      options='" + joined(optionNames(command), " ") + "'\n      words='" +
             joined(commandNames(command), " ") + "'\n";
    if (takesFile(command)) words += "      files=yes\n";
    words += "      ;;\n";
  }
  return "# bash completion for xray: source it, or save it as /etc/bash_completion.d/xray\n"
         "_xray() {\n"
         "  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}\n"
         "  local command=xray options='' words='' files='' i\n"
         "  # bash parts --name=value into three words\n"
         "  if [[ $current == \"=\" ]]; then current=''\n"
         "  elif [[ $previous == \"=\" ]]; then previous=${COMP_WORDS[COMP_CWORD-2]}; fi\n"
         "  for ((i = 1; i < COMP_CWORD; ++i)); do\n"
         "    case $command/${COMP_WORDS[i]} in\n"
         "    " +
         allPaths(commands, "|") +
         ")\n      command=$command/${COMP_WORDS[i]} ;;\n    esac\n  done\n"
         "  COMPREPLY=()\n"
         "  case $command:$previous in\n" +
         values + "  esac\n  case $command in\n" + words +
         "  esac\n"
         "  if [[ $current == -* ]]; then words=$options; fi\n"
         "  mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$current\")\n"
         "  if [[ $files && $current != -* ]]; then\n"
         "    compopt -o filenames 2>/dev/null\n"
         "    mapfile -t COMPREPLY < <(compgen -f -- \"$current\")\n"
         "  fi\n"
         "}\n"
         "complete -F _xray xray\n";
}

std::string zshCompletion(const std::vector<CompletedCommand>& commands) {
  const auto item = [](std::string_view name, const std::string& help) {
    return "        " + singleQuoted(std::string(name) + ":" + shortHelp(help), false) + "\n";
  };
  std::string values, words;
  for (const CompletedCommand& command : commands) {
    std::string options, names;
    for (const CompletedValue& value : command.values) {
      for (const std::string& name : value.names) options += item(name, value.help);
      if (value.names.empty()) {
        for (const std::string& choice : value.choices) names += item(choice, value.help);
      }
      if (value.names.empty() || !value.takesValue) continue;
      values += "    (" + placesOf(command, value) + ")\n";
      if (value.file) values += "      _files\n";
      if (!value.choices.empty()) values += "      compadd -- " + joined(value.choices, " ") + "\n";
      values += "      return ;;\n";
    }
    for (const std::string& path : command.commands) {
      const CompletedCommand& below = find(commands, path);
      names += item(below.name(), below.help);
    }
    words +=
        "    (" + command.path + ")\n      options=(\n" + options + "      )\n      names=(\n" + names + "      )\n";
    if (takesFile(command)) words += "      files=yes\n";
    words += "      ;;\n";
  }
  return "#compdef xray\n"
         "# zsh completion for xray: source it, or save it as _xray in a folder of $fpath\n"
         "_xray() {\n"
         "  local command=xray word previous=${words[CURRENT-1]} files=''\n"
         "  local -a options names\n"
         "  for word in ${words[2,CURRENT-1]}; do\n"
         "    case $command/$word in\n    (" +
         allPaths(commands, "|") +
         ")\n      command=$command/$word ;;\n    esac\n  done\n"
         "  if compset -P '--*='; then previous=${words[CURRENT]%%=*}; fi\n"
         "  case $command:$previous in\n" +
         values + "  esac\n  case $command in\n" + words +
         "  esac\n"
         "  if [[ $PREFIX == -* ]]; then _describe -o option options; return; fi\n"
         "  if [[ -n $files ]]; then _files; return; fi\n"
         "  _describe command names\n"
         "}\n"
         "if [[ ${funcstack[1]} == _xray ]]; then _xray \"$@\"; else compdef _xray xray; fi\n";
}

std::string fishCompletion(const std::vector<CompletedCommand>& commands) {
  std::string text =
      "# fish completion for xray: source it, or save it as ~/.config/fish/completions/xray.fish\n"
      "function __xray_command\n"
      "  set -l command xray\n"
      "  for word in (commandline -opc)[2..-1]\n"
      "    switch \"$command/$word\"\n"
      "      case " +
      allPaths(commands, " ") +
      "\n        set command \"$command/$word\"\n    end\n  end\n  echo $command\nend\n"
      "complete -c xray -f\n";
  for (const CompletedCommand& command : commands) {
    const std::string here = "complete -c xray -n 'test (__xray_command) = " + command.path + "' ";
    for (const std::string& path : command.commands) {
      const CompletedCommand& below = find(commands, path);
      text += here + "-a " + std::string(below.name()) + " -d " + singleQuoted(shortHelp(below.help), true) + "\n";
    }
    for (const CompletedValue& value : command.values) {
      text += here;
      for (const std::string& name : value.names)
        text += name.starts_with("--") ? "-l " + name.substr(2) + " " : "-s " + name.substr(1) + " ";
      if (!value.names.empty() && value.takesValue) text += value.file ? "-r " : "-x ";
      if (value.file) text += "-F ";
      if (!value.choices.empty()) text += "-a '" + joined(value.choices, " ") + "' ";
      text += "-d " + singleQuoted(shortHelp(value.help), true) + "\n";
    }
  }
  return text;
}

}  // namespace xray::cli
