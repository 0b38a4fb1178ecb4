#include <elf.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstddef>
#include <fstream>
#include <thread>

#include "core/plugin/test_plugins.h"
#include "xray/plugin_loader.h"

namespace xray {
namespace {

namespace fs = std::filesystem;
using test::PluginFolder;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

std::vector<std::string> names(const std::vector<PluginLoader::Found>& found) {
  std::vector<std::string> result;
  for (const auto& plugin : found) result.push_back(plugin.name);
  return result;
}

TEST(Loader, Load_GoodPlugin_GivesItsDescriptorOnce) {
  const PluginFolder folder({"good-store"});
  PluginLoader loader({"/nonexistent", folder.path()});
  const auto first = loader.load("good-store");
  ASSERT_TRUE(first.ok()) << first.status().toString();
  EXPECT_STREQ((*first)->name, "good-store");
  EXPECT_EQ((*first)->optionCount, 9u);
  EXPECT_EQ(*loader.load("good-store"), *first);

  // It stays, whatever becomes of its file.
  fs::remove(folder.file("good-store"));
  EXPECT_EQ(*loader.load("good-store"), *first);
}

TEST(Loader, Load_SameNameInTwoFolders_TakesTheFirst) {
  const PluginFolder good({"good-store"});
  const PluginFolder spoilt({});
  spoilt.add("no-entry", "good-store");
  EXPECT_TRUE(PluginLoader({good.path(), spoilt.path()}).load("good-store").ok());
  EXPECT_FALSE(PluginLoader({spoilt.path(), good.path()}).load("good-store").ok());
}

TEST(Loader, Load_FromManyThreads_GivesTheSame) {
  const PluginFolder folder({"good-wire"});
  PluginLoader loader({folder.path()});
  std::vector<const PluginDescriptor*> got(8);
  std::vector<std::thread> threads;
  for (auto& slot : got) threads.emplace_back([&] { slot = loader.load("good-wire").value(); });
  for (auto& thread : threads) thread.join();
  for (const auto* descriptor : got) EXPECT_EQ(descriptor, got[0]);
}

TEST(Loader, Load_WrongPlugin_SaysWhatIsWrongWithTheFile) {
  const struct {
    const char* name;
    const char* says;
  } cases[] = {
      {"no-entry", "is no X-Ray plugin: it has no entry xray_plugin"},
      {"no-descriptor", "xray_plugin returned no descriptor"},
      {"other-abi", "was built for plugin ABI 999, this X-Ray has ABI 4"},
      {"other-size", "has a descriptor of 8 bytes"},
      {"other-tag", "has the build tag \"gcc1-cxx11abi0-san:none\", this X-Ray \"gcc"},
      {"other-name", "calls itself \"somebody-else\", the file's name says \"other-name\""},
      {"bad-table",
       "its option table is wrong: option \"pool_size\": its default must be an integer from 0 to 64, not \"100\""},
      {"missing-symbol", "cannot be loaded: "},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const PluginFolder folder({c.name});
    const auto loaded = PluginLoader({folder.path()}).load(c.name);
    ASSERT_FALSE(loaded.ok());
    EXPECT_EQ(loaded.status().code(), StatusCode::InvalidArgument);
    EXPECT_THAT(loaded.status().message(), AllOf(StartsWith(folder.file(c.name).string() + ": "), HasSubstr(c.says)));
  }
}

TEST(Loader, Load_FileThatIsNoLibrary_SaysSo) {
  const PluginFolder folder({});
  std::ofstream(folder.file("text")) << "not a library\n";
  std::ofstream(folder.file("empty"));
  std::ofstream(folder.file("cut"), std::ios::binary) << "\x7f"
                                                         "ELF\x02\x01\x01";
  fs::create_directory(folder.file("folder"));
  fs::create_symlink("nowhere", folder.file("dangling"));
  const std::pair<const char*, const char*> cases[] = {
      {"text", "is no shared library (not an ELF file)"},
      {"empty", "is no shared library (not an ELF file)"},
      {"cut", "is cut off: 7 of 64 bytes"},
      {"folder", "is not a regular file"},
      {"dangling", "No such file or directory"},
  };
  PluginLoader loader({folder.path()});
  for (const auto& [name, says] : cases) {
    const auto loaded = loader.load(name);
    ASSERT_FALSE(loaded.ok()) << name;
    EXPECT_EQ(loaded.status().code(), StatusCode::InvalidArgument);
    EXPECT_THAT(loaded.status().message(), AllOf(StartsWith(folder.file(name).string() + ": "), HasSubstr(says)));
  }
}

TEST(Loader, Load_CutOffLibrary_IsRefusedAtEveryLength) {
  const PluginFolder folder({"good-store"});
  const fs::path file = folder.file("good-store");
  PluginLoader loader({folder.path()});
  const std::uintmax_t whole = fs::file_size(file);
  ASSERT_GT(whole, 3000u);
  // From the longest to the shortest: each is cut from the one before.
  for (const std::uintmax_t length : {whole - 1, whole / 2, whole / 10, std::uintmax_t{3000}, std::uintmax_t{64},
                                      std::uintmax_t{63}, std::uintmax_t{4}, std::uintmax_t{3}, std::uintmax_t{0}}) {
    SCOPED_TRACE(length);
    fs::resize_file(file, length);
    const auto loaded = loader.load("good-store");
    ASSERT_FALSE(loaded.ok());
    EXPECT_EQ(loaded.status().code(), StatusCode::InvalidArgument);
    const std::string says = length < 4 ? "is no shared library (not an ELF file)"
                                        : "is cut off: " + std::to_string(length) + " of " +
                                              std::to_string(length < 64 ? 64 : whole) + " bytes";
    EXPECT_EQ(loaded.status().message(), file.string() + ": " + says);
    const auto found = loader.list();
    EXPECT_EQ(std::count_if(found.begin(), found.end(),
                            [&](const auto& plugin) { return plugin.status.message() == loaded.status().message(); }),
              1);
  }
}

TEST(Loader, Load_LibraryWithWrongElfHeader_SaysWhatIsWrong) {
  const struct {
    std::size_t offset;
    std::string bytes;
    const char* says;
  } cases[] = {
      {EI_CLASS, {ELFCLASS32}, "is no shared library for this machine's processor"},
      {EI_DATA, {ELFDATA2MSB}, "is no shared library for this machine's processor"},
      {offsetof(Elf64_Ehdr, e_machine), std::string("\x08\x00", 2),
       "is no shared library for this machine's processor"},
      {offsetof(Elf64_Ehdr, e_type), {ET_EXEC}, "is no shared library (an ELF file of another type)"},
      {offsetof(Elf64_Ehdr, e_phentsize), "\x07", "is no shared library (its ELF header is damaged)"},
      {offsetof(Elf64_Ehdr, e_phoff), std::string(8, '\xff'), " of 18446744073709551615 bytes"},
      {offsetof(Elf64_Ehdr, e_shoff), std::string(8, '\xff'), " of 18446744073709551615 bytes"},
      // The first segment, which is loaded, of a table that follows the header.
      {sizeof(Elf64_Ehdr) + offsetof(Elf64_Phdr, p_offset), std::string(8, '\xff'), " of 18446744073709551615 bytes"},
      {sizeof(Elf64_Ehdr) + offsetof(Elf64_Phdr, p_filesz), std::string(4, '\x7f'), " of 2139062143 bytes"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.offset);
    const PluginFolder folder({"good-store"});
    std::fstream file(folder.file("good-store"), std::ios::binary | std::ios::in | std::ios::out);
    file.seekp(static_cast<std::streamoff>(c.offset));
    file << c.bytes;
    file.close();
    const auto loaded = PluginLoader({folder.path()}).load("good-store");
    ASSERT_FALSE(loaded.ok());
    EXPECT_THAT(loaded.status().message(),
                AllOf(StartsWith(folder.file("good-store").string() + ": "), testing::EndsWith(c.says)));
  }
}

TEST(Loader, Load_FileThatOthersMayWrite_IsRefusedUntilTheyMayNot) {
  const PluginFolder folder({"good-store"});
  for (const mode_t mode : {0664, 0646, 0666, 0777}) {
    ASSERT_EQ(::chmod(folder.file("good-store").c_str(), mode), 0);
    const auto loaded = PluginLoader({folder.path()}).load("good-store");
    ASSERT_FALSE(loaded.ok()) << mode;
    EXPECT_EQ(loaded.status().code(), StatusCode::InvalidArgument);
    EXPECT_THAT(loaded.status().message(), AllOf(StartsWith(folder.file("good-store").string() + ": "),
                                                 HasSubstr("a file that others may write")));
  }
  ASSERT_EQ(::chmod(folder.file("good-store").c_str(), 0644), 0);
  EXPECT_TRUE(PluginLoader({folder.path()}).load("good-store").ok());
}

TEST(Loader, Load_FromFolderThatAllMayWrite_IsRefusedButForTheStickyBit) {
  const PluginFolder folder({"good-store"});
  PluginLoader loader({folder.path()});
  ASSERT_EQ(::chmod(folder.path().c_str(), 0777), 0);
  const auto loaded = loader.load("good-store");
  ASSERT_FALSE(loaded.ok());
  EXPECT_THAT(loaded.status().message(),
              HasSubstr("its directory " + folder.path().string() + " may be written by everybody"));
  ASSERT_EQ(::chmod(folder.path().c_str(), 01777), 0);
  EXPECT_TRUE(loader.load("good-store").ok());
}

TEST(Loader, Load_ThroughSymbolicLink_ChecksWhatItLeadsTo) {
  const PluginFolder real({"good-store"});
  const PluginFolder links({});
  fs::create_symlink(real.file("good-store"), links.file("good-store"));
  ASSERT_EQ(::chmod(real.file("good-store").c_str(), 0666), 0);
  EXPECT_FALSE(PluginLoader({links.path()}).load("good-store").ok());
  ASSERT_EQ(::chmod(real.file("good-store").c_str(), 0644), 0);
  ASSERT_EQ(::chmod(real.path().c_str(), 0777), 0);
  EXPECT_FALSE(PluginLoader({links.path()}).load("good-store").ok());
  ASSERT_EQ(::chmod(real.path().c_str(), 0755), 0);
  EXPECT_TRUE(PluginLoader({links.path()}).load("good-store").ok());
}

TEST(Loader, Load_NameThatIsNotBare_IsRefusedWithoutLooking) {
  const PluginFolder folder({"good-store"});
  PluginLoader loader({folder.path()});
  for (const char* name :
       {"", ".", "..", "../good-store", "/tmp/x", "good-store.so", "xray_good", "Good", "a b", "a\n", "ä"}) {
    const auto loaded = loader.load(name);
    ASSERT_FALSE(loaded.ok()) << name;
    EXPECT_EQ(loaded.status().code(), StatusCode::InvalidArgument);
    EXPECT_THAT(loaded.status().message(), HasSubstr("is no plugin's name")) << name;
  }
  EXPECT_EQ(loader.load(std::string("good\0store", 10)).status().code(), StatusCode::InvalidArgument);
}

TEST(Loader, Load_UnknownName_NamesPlacesNearestAndAll) {
  const PluginFolder folder({"good-store", "good-wire"});
  std::ofstream(folder.path() / "xray_.so");
  std::ofstream(folder.path() / "libother.so");
  const auto loaded = PluginLoader({folder.path()}).load("good-stor");
  EXPECT_EQ(loaded.status().code(), StatusCode::NotFound);
  EXPECT_EQ(loaded.status().message(),
            "no plugin \"good-stor\" in " + folder.path().string() +
                "; did you mean \"good-store\"? (plugins: good-store, good-wire, key-list, memory)");
}

TEST(Loader, Load_RelativeFolder_IsRefused) {
  const auto loaded = PluginLoader({"plugins"}).load("sqlite");
  EXPECT_EQ(loaded.status().code(), StatusCode::InvalidArgument);
  EXPECT_EQ(loaded.status().message(), "plugin directory \"plugins\" must be absolute");
}

TEST(Loader, Load_OfAnotherKind_NamesThoseOfTheKind) {
  const PluginFolder folder({"good-store", "good-wire"});
  PluginLoader loader({folder.path()});
  EXPECT_EQ(loader.load("good-store", kSenderPlugin).status().message(),
            "good-store is a store, not a transport sender; senders here: good-wire");
  EXPECT_EQ(loader.load("good-wire", kStorePlugin).status().message(),
            "good-wire is a transport sender and a transport receiver, not a store; stores here: good-store, memory");
  EXPECT_EQ(PluginLoader({"/nonexistent"}).load("key-list", kReceiverPlugin).status().message(),
            "key-list is a schema validator, not a transport receiver; there are no receivers here");
  EXPECT_TRUE(loader.load("good-wire", kSenderPlugin | kReceiverPlugin).ok());
  EXPECT_EQ(loader.load("good-store", kSenderPlugin | kReceiverPlugin).status().message(),
            "good-store is a store, not a transport sender and a transport receiver; plugins of these kinds here: "
            "good-wire");
  EXPECT_FALSE(loader.load("good-wire", kSenderPlugin | kStorePlugin).ok()) << "of one of the kinds only";
  const auto made = loader.makeSender("good-store", Options(), PluginContext());
  EXPECT_EQ(made.status().code(), StatusCode::NotSupported);
}

TEST(Loader, Builtins_NeedNoFile) {
  PluginLoader loader({"/nonexistent"});
  EXPECT_THAT(names(loader.list()), testing::ElementsAre("key-list", "memory"));
  EXPECT_TRUE(loader.makeStore("memory", Options(), PluginContext()).ok());
  EXPECT_TRUE(loader.makeValidator("key-list", Options(), PluginContext()).ok());
}

TEST(Loader, List_HasGoodAndBadFilesByName) {
  const PluginFolder folder({"other-abi", "good-wire"});
  const auto found = PluginLoader({folder.path()}).list();
  ASSERT_THAT(names(found), testing::ElementsAre("good-wire", "key-list", "memory", "other-abi"));
  EXPECT_EQ(found[0].file, folder.file("good-wire").string());
  EXPECT_NE(found[0].descriptor, nullptr);
  EXPECT_EQ(found[1].file, "");
  EXPECT_NE(found[1].descriptor, nullptr);
  EXPECT_EQ(found[3].descriptor, nullptr);
  EXPECT_THAT(found[3].status.message(), HasSubstr("ABI 999"));
}

TEST(Loader, DefaultFolder_IsThatOfTheBuildTree) {
  const PluginLoader loader;
  ASSERT_EQ(loader.dirs().size(), 1u);
  EXPECT_EQ(fs::weakly_canonical(loader.dirs()[0]), fs::weakly_canonical(XRAY_PLUGIN_DIR));
}

}  // namespace
}  // namespace xray
