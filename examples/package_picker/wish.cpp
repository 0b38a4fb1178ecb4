#include "wish.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

#include "text_index.h"

namespace picker {
namespace {

using Words = std::vector<std::string>;

/// Lower-case words; "." "+" "-" inside a word belong to it; "<" is a word; a comma or semicolon is the word ",".
Words wordsOf(std::string_view text) {
  Words words;
  std::string word;
  const auto flush = [&] {
    while (!word.empty() && !std::isalnum(static_cast<unsigned char>(word.back())) && word.back() != '+')
      word.pop_back();
    if (!word.empty()) words.push_back(std::move(word));
    word.clear();
  };
  for (const char raw : text) {
    const auto c = static_cast<unsigned char>(raw);
    const bool inside = !word.empty() && (c == '.' || c == '+' || c == '-');
    if (std::isalnum(c) || c >= 0x80 || inside) {
      word += static_cast<char>(std::tolower(c));
      continue;
    }
    flush();
    if (c == ',' || c == ';' || c == '<') words.emplace_back(1, c == '<' ? '<' : ',');
  }
  flush();
  return words;
}

struct Unit {
  std::string_view name;
  double bytes;
};
constexpr std::array kUnits = {Unit{"kib", 1024}, Unit{"mib", 1048576}, Unit{"gib", 1073741824},
                               Unit{"kb", 1e3},   Unit{"mb", 1e6},      Unit{"gb", 1e9},
                               Unit{"k", 1e3},    Unit{"m", 1e6},       Unit{"g", 1e9}};

std::optional<double> unitBytes(std::string_view name) {
  const auto found = std::find_if(kUnits.begin(), kUnits.end(), [&](const Unit& unit) { return unit.name == name; });
  return found == kUnits.end() ? std::nullopt : std::optional(found->bytes);
}

/// Takes conditions from the front of the words that are left; each member returns how many words it took, 0 for none.
class Conditions {
 public:
  Conditions(const Words& words, Wish& wish) : words_(words), wish_(wish) {}

  std::size_t take(std::size_t at) {
    using Taker = std::size_t (Conditions::*)(std::size_t);
    for (const Taker taker : {&Conditions::size, &Conditions::without, &Conditions::section, &Conditions::interface,
                              &Conditions::kind, &Conditions::small}) {
      if (const std::size_t taken = (this->*taker)(at)) return taken;
    }
    return 0;
  }

 private:
  const std::string& word(std::size_t at) const {
    static const std::string none;
    return at < words_.size() ? words_[at] : none;
  }
  bool isAny(std::size_t at, std::initializer_list<std::string_view> choices) const {
    return std::find(choices.begin(), choices.end(), word(at)) != choices.end();
  }
  /// The length of the phrase when it stands at `at`, else 0.
  std::size_t phrase(std::size_t at, std::initializer_list<std::string_view> phraseWords) const {
    std::size_t i = at;
    for (const auto expected : phraseWords) {
      if (word(i++) != expected) return 0;
    }
    return phraseWords.size();
  }

  std::size_t size(std::size_t at) {
    std::size_t taken = 0;
    if (isAny(at, {"under", "below", "within", "<", "max", "maximum"})) taken = 1;
    for (const auto& limit :
         {std::array<std::string_view, 2>{"less", "than"}, {"smaller", "than"}, {"at", "most"}, {"up", "to"}}) {
      if (taken == 0) taken = phrase(at, {limit[0], limit[1]});
    }
    if (taken == 0) return 0;
    const std::string& number = word(at + taken);
    double value = 0;
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
    if (error != std::errc() || value <= 0) return 0;
    std::string_view unit(end, static_cast<std::size_t>(number.data() + number.size() - end));
    ++taken;
    if (unit.empty()) unit = word(at + taken++);
    const auto bytes = unitBytes(unit);
    // A limit beyond what a package can have is no limit, and would not fit the number.
    if (!bytes || value * *bytes > 1e15) return 0;
    wish_.maxInstalledKib = static_cast<std::int64_t>(value * *bytes / 1024);
    return taken;
  }

  /// "no X11 or Python": every name up to the end of the enumeration.
  std::size_t without(std::size_t at) {
    if (!isAny(at, {"no", "without", "not", "avoid", "excluding"})) return 0;
    std::size_t i = at + 1;
    while (true) {
      while (isAny(i, {"any", "the", "dependency", "dependencies", "on"})) ++i;
      if (word(i).empty() || word(i) == ",") return 0;
      wish_.withoutDependencies.push_back(word(i++));
      if (isAny(i, {"dependencies", "dependency"})) ++i;
      if (!isAny(i, {"or", "nor"})) return i - at;
      ++i;
    }
  }

  std::size_t section(std::size_t at) {
    if (word(at) == "section" && !word(at + 1).empty() && word(at + 1) != ",") {
      wish_.sections.push_back(word(at + 1));
      return 2;
    }
    if (isAny(at, {"game", "games"})) {
      wish_.sections.emplace_back("games");
      return 1;
    }
    return 0;
  }

  std::size_t interface(std::size_t at) {
    std::size_t taken = 0;
    if (isAny(at, {"command-line", "commandline", "cli", "tui", "text-mode"})) taken = 1;
    for (const auto& name : {std::array<std::string_view, 2>{"command", "line"}, {"text", "mode"}}) {
      if (taken == 0) taken = phrase(at, {name[0], name[1]});
    }
    for (const std::string_view article : {"a", "the"}) {
      for (const std::string_view place : {"terminal", "console"}) {
        if (taken == 0) taken = phrase(at, {"in", article, place});
      }
    }
    if (taken > 0) {
      wish_.interface = Interface::CommandLine;
    } else if (isAny(at, {"graphical", "gui", "desktop"})) {
      wish_.interface = Interface::Graphical;
      taken = 1;
    }
    return taken;
  }

  std::size_t kind(std::size_t at) {
    if (isAny(at, {"library", "libraries", "headers"})) {
      wish_.kind = Kind::Library;
    } else if (isAny(at, {"font", "fonts", "typeface"})) {
      wish_.kind = Kind::Font;
    } else if (isAny(at, {"documentation", "manual"})) {
      wish_.kind = Kind::Documentation;
    } else {
      return 0;
    }
    return 1;
  }

  std::size_t small(std::size_t at) {
    if (!isAny(at, {"small", "tiny", "light", "lightweight", "minimal"})) return 0;
    wish_.preferSmall = true;
    return 1;
  }

  const Words& words_;
  Wish& wish_;
};

}  // namespace

std::string_view toString(Kind kind) {
  switch (kind) {
    case Kind::Program:
      return "program";
    case Kind::Library:
      return "library";
    case Kind::Font:
      return "font";
    case Kind::Documentation:
      return "documentation";
  }
  return "";
}

std::string_view toString(Interface interface) {
  switch (interface) {
    case Interface::Any:
      return "any";
    case Interface::CommandLine:
      return "command line";
    case Interface::Graphical:
      return "graphical";
  }
  return "";
}

xray::Result<Wish> parseWish(std::string_view text) {
  Wish wish;
  wish.text = text;
  const Words words = wordsOf(text);
  Conditions conditions(words, wish);
  for (std::size_t at = 0; at < words.size();) {
    if (const std::size_t taken = conditions.take(at)) {
      at += taken;
      continue;
    }
    for (auto& term : termsOf(words[at])) {
      if (std::find(wish.terms.begin(), wish.terms.end(), term) == wish.terms.end())
        wish.terms.push_back(std::move(term));
    }
    ++at;
  }
  if (wish.terms.empty()) {
    return xray::Status(xray::StatusCode::InvalidArgument,
                        "nothing to search for: a wish says what the package is for, such as \"convert images\"");
  }
  return wish;
}

}  // namespace picker
