#include "package_picker/wish.h"

#include <optional>

namespace picker {
namespace {

struct Case {
  std::string text;
  std::vector<std::string> terms;
  Kind kind = Kind::Program;
  Interface interface = Interface::Any;
  std::vector<std::string> sections = {};
  std::optional<std::int64_t> maxKib = {};
  std::vector<std::string> without = {};
  bool small = false;
};

TEST(Wish, Sentences_BecomeTermsAndConditions) {
  const std::vector<Case> cases = {
      {.text = "small command line tool to convert images, no X11, under 5 MB",
       .terms = {"convert", "imag"},
       .interface = Interface::CommandLine,
       .maxKib = 4882,
       .without = {"x11"},
       .small = true},
      {.text = "Convert IMAGES; image converters", .terms = {"convert", "imag"}},
      {.text = "chess game without Python or Java, at most 2MiB",
       .terms = {"chess"},
       .sections = {"games"},
       .maxKib = 2048,
       .without = {"python", "java"}},
      {.text = "library to parse YAML, < 300 KiB", .terms = {"pars", "yaml"}, .kind = Kind::Library, .maxKib = 300},
      {.text = "font for programming", .terms = {"programm"}, .kind = Kind::Font},
      {.text = "graphical editor, section sound, no dependency on gtk",
       .terms = {"edit"},
       .interface = Interface::Graphical,
       .sections = {"sound"},
       .without = {"gtk"}},
      {.text = "a terminal emulator", .terms = {"terminal", "emulat"}},
      {.text = "play music in the terminal, not any systemd dependencies",
       .terms = {"play", "music"},
       .interface = Interface::CommandLine,
       .without = {"systemd"}},
      // What looks like a condition but is not whole is searched for.
      {.text = "C++ under construction", .terms = {"c", "under", "construct"}},
      {.text = "notes, no", .terms = {"note", "no"}},
      {.text = "disk usage, under 0 MB", .terms = {"disk", "usag", "under", "0", "mb"}},
      {.text = "disk usage, under 99999999999999 GB", .terms = {"disk", "usag", "under", "99999999999999", "gb"}},
  };
  for (const auto& expected : cases) {
    SCOPED_TRACE(expected.text);
    const auto wish = parseWish(expected.text);
    ASSERT_TRUE(wish.ok()) << wish.status().message();
    EXPECT_EQ(wish->text, expected.text);
    EXPECT_EQ(wish->terms, expected.terms);
    EXPECT_EQ(wish->kind, expected.kind);
    EXPECT_EQ(wish->interface, expected.interface);
    EXPECT_EQ(wish->sections, expected.sections);
    EXPECT_EQ(wish->maxInstalledKib, expected.maxKib);
    EXPECT_EQ(wish->withoutDependencies, expected.without);
    EXPECT_EQ(wish->preferSmall, expected.small);
  }
}

TEST(Wish, OnlyConditionsAndEmptyWords_AreNothingToSearchFor) {
  for (const char* text : {"", "   ", "the best tool for me", "small program under 5 MB, no X11", ",;<"}) {
    const auto wish = parseWish(text);
    ASSERT_FALSE(wish.ok()) << text;
    EXPECT_EQ(wish.status().code(), xray::StatusCode::InvalidArgument);
    EXPECT_THAT(wish.status().message(), ::testing::HasSubstr("nothing to search for"));
  }
}

}  // namespace
}  // namespace picker
