#include <cstdlib>

#include "core/plugin/test_plugins.h"
#include "xray/config.h"

namespace xray {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr OptionSpec kTable[] = {
    {.name = "text", .type = OptionType::Text, .fallback = "", .help = "x"},
    {.name = "secret", .type = OptionType::Secret, .fallback = "", .help = "x"},
    {.name = "number", .type = OptionType::Integer, .fallback = "7", .help = "x", .minimum = -10},
    {.name = "flag", .type = OptionType::Boolean, .fallback = "false", .help = "x"},
    {.name = "time", .type = OptionType::Duration, .fallback = "1.5s", .help = "x"},
    {.name = "size", .type = OptionType::Bytes, .fallback = "64KiB", .help = "x"},
    {.name = "choice", .type = OptionType::Choice, .fallback = "a", .help = "x", .allowed = "a|b"},
    {.name = "list", .type = OptionType::TextList, .fallback = "[x, y]", .help = "x"},
};

/// The options of `text` by kTable; no problem is expected.
Options read(const std::string& text) {
  ConfigFile file = ConfigFile::parse("s:\n" + text, "t.yaml");
  const Options options = file.root().child("s").options(kTable);
  EXPECT_THAT(file.problems(), testing::IsEmpty()) << text;
  EXPECT_TRUE(file.status().ok());
  return options;
}

TEST(ConfigFile, LeftOutOptions_HaveTheirDefaults) {
  for (const char* text : {"", "  {}", "  text: ''"}) {
    const Options options = read(text);
    EXPECT_EQ(options.text("text"), "");
    EXPECT_EQ(options.text("secret"), "");
    EXPECT_EQ(options.integer("number"), 7);
    EXPECT_FALSE(options.boolean("flag"));
    EXPECT_EQ(options.duration("time"), Microseconds(1'500'000));
    EXPECT_EQ(options.integer("size"), 65536);
    EXPECT_EQ(options.text("choice"), "a");
    EXPECT_THAT(options.list("list"), ElementsAre("x", "y"));
  }
}

TEST(ConfigFile, GivenOptions_AreRead) {
  const Options options = read(
      "  text: 12 monkeys\n  secret: \"p\\\"w\"\n  number: -3\n  flag: true\n  time: 15m\n  size: 1GiB\n  choice: b\n"
      "  list: [one, 'two, three', 3]\n");
  EXPECT_EQ(options.text("text"), "12 monkeys");
  EXPECT_EQ(options.text("secret"), "p\"w");
  EXPECT_EQ(options.integer("number"), -3);
  EXPECT_TRUE(options.boolean("flag"));
  EXPECT_EQ(options.duration("time"), std::chrono::minutes(15));
  EXPECT_EQ(options.integer("size"), 1 << 30);
  EXPECT_EQ(options.text("choice"), "b");
  EXPECT_THAT(options.list("list"), ElementsAre("one", "two, three", "3"));
  EXPECT_THAT(read("  list: alone").list("list"), ElementsAre("alone"));
  EXPECT_THAT(read("  list: []").list("list"), ElementsAre());
}

TEST(ConfigFile, Environment_ReplacesVariablesInScalars) {
  ::setenv("XRAY_TEST_A", "alpha", 1);
  ::setenv("XRAY_TEST_TRICKY", "[1, 2] # ${XRAY_TEST_A} $$ \"'", 1);
  ::setenv("XRAY_TEST_NUMBER", "42", 1);
  ::setenv("XRAY_TEST_NONE", "", 1);
  ::unsetenv("XRAY_TEST_UNSET");
  const std::pair<const char*, const char*> cases[] = {
      {"${XRAY_TEST_A}", "alpha"},
      {"<${XRAY_TEST_A}-${XRAY_TEST_A}>", "<alpha-alpha>"},
      {"${XRAY_TEST_UNSET:-beta}", "beta"},
      {"${XRAY_TEST_NONE:-beta}", "beta"},
      {"${XRAY_TEST_A:-beta}", "alpha"},
      {"${XRAY_TEST_UNSET:-}", ""},
      {"${XRAY_TEST_NONE}", ""},
      {"${XRAY_TEST_UNSET:-a:-b}", "a:-b"},
      {"$${XRAY_TEST_A}", "${XRAY_TEST_A}"},
      {"$$$$", "$$"},
      {"a$b $ c$", "a$b $ c$"},
      {"${XRAY_TEST_TRICKY}", "[1, 2] # ${XRAY_TEST_A} $$ \"'"},
  };
  for (const auto& [text, expected] : cases) {
    EXPECT_EQ(read("  text: '" + std::string(text) + "'").text("text"), expected) << text;
    EXPECT_THAT(read("  list: ['" + std::string(text) + "']").list("list"), ElementsAre(expected)) << text;
  }
  EXPECT_EQ(read("  number: ${XRAY_TEST_NUMBER}").integer("number"), 42);
  EXPECT_EQ(read("  size: ${XRAY_TEST_NUMBER}KiB").integer("size"), 42 * 1024);
  EXPECT_THAT(read("  list: ${XRAY_TEST_TRICKY}").list("list").size(), 1u);
}

TEST(ConfigFile, Aliases_StandForWhatTheyName) {
  ConfigFile file = ConfigFile::parse("a: &a {number: 1, list: &l [p, q]}\nb: *a\nc: {list: *l}\n", "t.yaml");
  EXPECT_EQ(file.root().child("b").options(kTable).integer("number"), 1);
  EXPECT_THAT(file.root().child("c").options(kTable).list("list"), ElementsAre("p", "q"));
  EXPECT_TRUE(file.status().ok());
}

TEST(ConfigFile, Sections_OfListsAndChildren) {
  ConfigFile file = ConfigFile::parse("many: [{number: 1}, {number: 2}]\none: {number: 3}\nnone:\n", "t.yaml");
  ConfigSection root = file.root();
  std::vector<std::int64_t> numbers;
  for (const char* name : {"many", "one", "none", "absent"}) {
    for (ConfigSection& section : root.list(name)) numbers.push_back(section.options(kTable).integer("number"));
  }
  EXPECT_THAT(numbers, ElementsAre(1, 2, 3));
  EXPECT_TRUE(root.child("none").present());
  EXPECT_FALSE(root.child("absent").present());
  EXPECT_FALSE(root.child("absent").child("deeper").present());
  EXPECT_EQ(root.child("absent").child("deeper").options(kTable).integer("number"), 7);
  EXPECT_TRUE(file.status().ok());
}

TEST(ConfigFile, CallersProblems_StandAtTheirPlaces) {
  ConfigFile file = ConfigFile::parse("api:\n  listen: x\nother: 1\n", "t.yaml");
  ConfigSection api = file.root().child("api");
  file.root().problemAt("other", "c");
  api.problemAt("listen", "b");
  api.problemAt("listen", "b");
  api.problemAt("absent", "a");
  api.problem("a");
  EXPECT_THAT(file.problems(), ElementsAre("t.yaml:1:1: api.absent: a", "t.yaml:1:1: api: a",
                                           "t.yaml:2:3: api.listen: b", "t.yaml:3:1: other: c"));
  EXPECT_EQ(file.status().code(), StatusCode::InvalidArgument);
  EXPECT_EQ(file.status().message(),
            "t.yaml:1:1: api.absent: a\nt.yaml:1:1: api: a\nt.yaml:2:3: api.listen: b\nt.yaml:3:1: other: c");
}

TEST(ConfigFile, Plugin_GivesNameAndOptionsOfItsKind) {
  const test::PluginFolder plugins({"good-store", "good-wire"});
  PluginLoader loader({plugins.path()});
  ConfigFile file = ConfigFile::parse(
      "store: {plugin: good-store, options: {path: p, password: secret}}\n"
      "wire: {plugin: good-wire, options: {listen: l, limit: 2MiB}, ours: 1}\n"
      "both: {plugin: good-wire, options: {listen: l, url: u}}\n",
      "t.yaml");
  const auto store = file.root().child("store").plugin(loader, kStorePlugin);
  ASSERT_TRUE(store);
  EXPECT_EQ(store->plugin, "good-store");
  EXPECT_EQ(store->options.text("path"), "p");
  EXPECT_EQ(store->options.text("password"), "secret");
  EXPECT_EQ(store->options.integer("pool_size"), 4);
  const std::string ours[] = {"ours"};
  const auto receiver = file.root().child("wire").plugin(loader, kReceiverPlugin, "", ours);
  ASSERT_TRUE(receiver);
  EXPECT_EQ(receiver->options.integer("limit"), 2 << 20);
  EXPECT_THROW(receiver->options.text("url"), std::logic_error) << "an option of the sender";
  const auto both = file.root().child("both").plugin(loader, kSenderPlugin | kReceiverPlugin);
  ASSERT_TRUE(both);
  EXPECT_EQ(both->options.text("url"), "u");
  EXPECT_EQ(both->options.text("listen"), "l");
  EXPECT_EQ(both->options.integer("limit"), 1 << 20);
  const auto fallback = file.root().child("validation").plugin(loader, kValidatorPlugin, "key-list");
  ASSERT_TRUE(fallback);
  EXPECT_EQ(fallback->plugin, "key-list");
  EXPECT_TRUE(file.status().ok());
}

TEST(ConfigFile, Plugin_WithAnyProblemOfItsSection_GivesNothing) {
  ::unsetenv("XRAY_TEST_UNSET");
  const test::PluginFolder plugins({"good-store"});
  PluginLoader loader({plugins.path()});
  for (const char* options :
       {"{path: p, pool_size: 0}", "{path: '${XRAY_TEST_UNSET}'}", "{}", "[]", "{path: p, extra: 1}"}) {
    ConfigFile file = ConfigFile::parse("store: {plugin: good-store, options: " + std::string(options) + "}", "t.yaml");
    EXPECT_FALSE(file.root().child("store").plugin(loader, kStorePlugin)) << options;
    EXPECT_FALSE(file.root().child("store").plugin(loader, kStorePlugin)) << "asked again: " << options;
    EXPECT_EQ(file.problems().size(), 1u) << options;
  }
}

TEST(ConfigFile, FileThatCannotBeRead_IsItsOnlyProblem) {
  const test::TempFolder folder;
  const auto problemsOf = [](const std::filesystem::path& path) {
    ConfigFile file = ConfigFile::load(path);
    PluginLoader loader({"/nonexistent"});
    file.root().child("store").plugin(loader, kStorePlugin);  // required, but that is not the trouble here
    file.root().problem("more");
    return file.problems();
  };
  const std::string dir = folder.path().string();
  EXPECT_THAT(problemsOf(folder.path() / "x.yaml"),
              ElementsAre("cannot read " + dir + "/x.yaml: No such file or directory"));
  EXPECT_THAT(problemsOf(folder.path()), ElementsAre("cannot read " + dir + ": Is a directory"));
  EXPECT_THAT(problemsOf(folder.write("nul.yaml", std::string("a: 1\nb: \0", 9))),
              ElementsAre(dir + "/nul.yaml:2:4: not a text file: it holds a NUL character"));
  EXPECT_THAT(problemsOf(folder.write("big.yaml", "# " + std::string(1 << 20, 'x'))),
              ElementsAre(dir + "/big.yaml: the file is over 1 MiB, the most that a configuration file may have"));
  EXPECT_THAT(problemsOf(folder.write("deep.yaml", std::string(100'000, '['))), ElementsAre(HasSubstr("deep.yaml:1:")));
}

TEST(ConfigFile, HostileText_IsRefusedOrReadInReasonableTime) {
  std::string laughs = "a0: &a0 [x, x]\n";
  for (int i = 1; i < 60; ++i) {
    const std::string last = "*a" + std::to_string(i - 1);
    laughs += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + last + ", " + last + "]\n";
  }
  EXPECT_TRUE(ConfigFile::parse(laughs, "t.yaml").status().ok());

  std::string wide;
  for (int i = 0; i < 50'000; ++i) wide += "key" + std::to_string(i) + ": 1\n";
  EXPECT_TRUE(ConfigFile::parse(wide, "t.yaml").status().ok());

  // Whatever the bytes, there is an answer and no exception.
  std::uint32_t state = 12345;
  for (int round = 0; round < 500; ++round) {
    std::string text;
    for (int i = 0; i < 60; ++i) {
      state = state * 1664525u + 1013904223u;
      text += "ab:-[]{},&*!|>'\"%@`#? \n\t~.0$\x01\x7f"[(state >> 16) % 31];
    }
    ConfigFile file = ConfigFile::parse(text, "t.yaml");
    file.root().options(kTable);
    static_cast<void>(file.status());
  }
}

}  // namespace
}  // namespace xray
