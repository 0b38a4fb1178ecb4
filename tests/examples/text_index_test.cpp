#include "package_picker/text_index.h"

namespace picker {
namespace {

using ::testing::ElementsAre;
using Terms = std::vector<std::string>;

std::vector<Package> packages() {
  std::vector<Package> all(4);
  all[0] = {.name = "imagemagick", .description = "image manipulation programs"};
  all[1] = {.name = "convertall", .description = "very flexible unit converter"};
  all[2] = {.name = "img-convert", .description = "converts an image into another image"};
  all[3] = {.name = "nothing", .description = "does nothing"};
  all[3].tags = {"works-with::image:raster"};
  return all;
}

std::vector<std::uint32_t> order(const std::vector<Hit>& hits) {
  std::vector<std::uint32_t> packages;
  for (const auto& hit : hits) packages.push_back(hit.package);
  return packages;
}

TEST(TextIndex, FormsOfAWord_HaveOneTerm) {
  EXPECT_EQ(termOf("Converting"), termOf("converter"));
  EXPECT_EQ(termOf("images"), termOf("image"));
  EXPECT_EQ(termOf("libraries"), termOf("library"));
  EXPECT_EQ(termOf("compress"), termOf("compression"));
  EXPECT_NE(termOf("bus"), termOf("bu"));
  EXPECT_EQ(termOf("The"), "");
  EXPECT_THAT(termsOf("The x86-64 emulator (GUI)"), ElementsAre("x86", "64", "emulat", "gui"));
}

TEST(TextIndex, BothWords_BeatOne_AndTextBeatsTag) {
  const auto all = packages();
  const TextIndex index(all);
  const auto hits = index.search(Terms{"convert", "imag"}, 10);
  EXPECT_EQ(hits.at(0).package, 2u);
  EXPECT_EQ(hits.at(0).matched, 2u);
  EXPECT_EQ(hits.at(1).matched, 1u);
  EXPECT_EQ(hits.size(), 4u);
  const auto images = order(index.search(Terms{"imag"}, 10));
  EXPECT_THAT(images, ElementsAre(2, 0, 3)) << "by how much of the text the word is";
  for (std::size_t i = 1; i < hits.size(); ++i) EXPECT_GE(hits[i - 1].score, hits[i].score);
}

TEST(TextIndex, Limit_KeepsTheBest_AndCountsAll) {
  const auto all = packages();
  const TextIndex index(all);
  EXPECT_THAT(order(index.search(Terms{"imag"}, 1)), ElementsAre(2));
  EXPECT_EQ(index.countMatching(Terms{"imag"}), 3u);
  EXPECT_TRUE(index.search(Terms{"absent"}, 10).empty());
  EXPECT_TRUE(TextIndex({}).search(Terms{"imag"}, 10).empty());
}

}  // namespace
}  // namespace picker
