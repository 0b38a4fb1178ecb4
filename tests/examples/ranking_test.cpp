#include "package_picker/ranking.h"

namespace picker {
namespace {

std::vector<std::string> ranked(const std::string& text, std::vector<Package> packages) {
  const auto wish = parseWish(text);
  const TextIndex index(packages);
  auto scored = scoreText(index.search(wish->terms, 100), *wish);
  applyPriors(scored, packages, *wish);
  std::vector<std::string> names;
  for (const auto& candidate : scored) names.push_back(packages[candidate.package].name);
  return names;
}

Package package(const std::string& name, const std::string& description, std::int64_t kib = 100) {
  Package made;
  made.name = name;
  made.description = description;
  made.installedKib = kib;
  made.priority = "optional";
  return made;
}

TEST(Ranking, AllWords_BeatARareWordAlone) {
  EXPECT_EQ(ranked("zip archive viewer",
                   {package("a", "zip zip"), package("b", "viewer of a zip archive"), package("c", "archive")})
                .front(),
            "b");
}

TEST(Ranking, NameAndPurpose_BreakTheTie) {
  auto tagged = package("p", "chess engine");
  tagged.tags = {"role::program"};
  EXPECT_EQ(ranked("chess", {package("b", "chess engine"), tagged}).front(), "p");
  EXPECT_EQ(ranked("chess", {package("big-name", "chess engine"), package("chess", "board engine")}).front(), "chess");
  EXPECT_EQ(ranked("chess", {package("b", "chess"), package("a", "chess")}).front(), "a") << "equal ones by name";
}

TEST(Ranking, Size_CountsOnlyWhenTheWishAsksForSmall) {
  const std::vector<Package> packages = {package("a", "chess", 50'000), package("b", "chess", 90)};
  EXPECT_EQ(ranked("chess", packages).front(), "a");
  EXPECT_EQ(ranked("small chess", packages).front(), "b");
}

}  // namespace
}  // namespace picker
