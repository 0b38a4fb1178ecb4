#pragma once
// What a person asks for, in plain words, as something that can be searched for and checked.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "xray/status.h"

namespace picker {

enum class Kind { Program, Library, Font, Documentation };
enum class Interface { Any, CommandLine, Graphical };
std::string_view toString(Kind kind);
std::string_view toString(Interface interface);

struct Wish {
  std::string text;
  std::vector<std::string> terms;  // what to search for, each once
  Kind kind = Kind::Program;
  Interface interface = Interface::Any;
  std::vector<std::string> sections;             // empty: any
  std::optional<std::int64_t> maxInstalledKib;   // "under 5 MB"
  std::vector<std::string> withoutDependencies;  // "no X11", lower case
  bool preferSmall = false;
};

/// Reads a wish such as "small command line tool to convert images, no X11, under 5 MB". Words that are no condition
/// are searched for.
///   InvalidArgument  nothing is left to search for
xray::Result<Wish> parseWish(std::string_view text);

}  // namespace picker
