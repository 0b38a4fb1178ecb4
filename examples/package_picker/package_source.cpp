#include "package_source.h"

#include <Poco/Exception.h>
#include <Poco/Pipe.h>
#include <Poco/PipeStream.h>
#include <Poco/Process.h>
#include <simdjson.h>
#include <zstd.h>

#include <algorithm>
#include <fstream>
#include <memory>
#include <sstream>
#include <unordered_set>

#include "control_file.h"

namespace picker {
namespace {

using xray::Result;
using xray::Status;
using xray::StatusCode;
namespace fs = std::filesystem;

bool isPackageList(const fs::path& file) {
  const std::string name = file.filename().string();
  const auto at = name.rfind("_Packages");
  if (at == std::string::npos) return false;
  const std::string rest = name.substr(at + 9);
  return rest.empty() || rest == ".lz4" || rest == ".gz" || rest == ".xz" || rest == ".zst" || rest == ".bz2";
}

/// In the order of their names: "debian-security" and "bookworm-updates" sort before the release itself.
std::vector<fs::path> packageLists(const fs::path& dir) {
  std::vector<fs::path> files;
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(dir, failed)) {
    if (isPackageList(entry.path())) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

/// apt's own reader knows every compression that apt writes. A machine without it gives nothing.
void readCompressedList(const fs::path& file, std::vector<Package>& packages) {
  try {
    Poco::Pipe out;
    const auto reader =
        Poco::Process::launch("/usr/lib/apt/apt-helper", {"cat-file", file.string()}, nullptr, &out, nullptr);
    Poco::PipeInputStream in(out);
    readControlFile(in, packages);
    reader.wait();
  } catch (const Poco::Exception&) {
    return;
  }
}

void keepFirstOfEachName(std::vector<Package>& packages) {
  std::unordered_set<std::string> seen;
  std::erase_if(packages, [&](const Package& package) { return !seen.insert(package.name).second; });
}

Result<std::string> unzstd(const std::string& packed, const std::string& name) {
  std::unique_ptr<ZSTD_DStream, decltype(&ZSTD_freeDStream)> stream(ZSTD_createDStream(), ZSTD_freeDStream);
  std::string text;
  std::string chunk(ZSTD_DStreamOutSize(), '\0');
  ZSTD_inBuffer in{packed.data(), packed.size(), 0};
  std::size_t left = 1;
  while (in.pos < in.size) {
    ZSTD_outBuffer out{chunk.data(), chunk.size(), 0};
    left = ZSTD_decompressStream(stream.get(), &out, &in);
    if (ZSTD_isError(left)) {
      return Status(StatusCode::InvalidArgument, name + ": not valid zstd: " + ZSTD_getErrorName(left));
    }
    text.append(chunk.data(), out.pos);
  }
  if (left != 0) return Status(StatusCode::InvalidArgument, name + ": the zstd data ends too early");
  return text;
}

std::string textOf(const simdjson::dom::object& object, const char* member) {
  std::string_view text;
  return object[member].get(text) == simdjson::SUCCESS ? std::string(text) : std::string();
}

std::vector<std::string> textsOf(const simdjson::dom::object& object, const char* member) {
  std::vector<std::string> texts;
  simdjson::dom::array array;
  if (object[member].get(array) != simdjson::SUCCESS) return texts;
  for (const auto element : array) {
    std::string_view text;
    if (element.get(text) == simdjson::SUCCESS) texts.emplace_back(text);
  }
  return texts;
}

Package packageOf(const simdjson::dom::object& object) {
  Package package;
  package.name = textOf(object, "package");
  package.version = textOf(object, "version");
  package.section = withoutArea(textOf(object, "section"));
  package.priority = textOf(object, "priority");
  package.description = textOf(object, "description");
  std::int64_t kib = 0;
  if (object["installed_size_kib"].get(kib) == simdjson::SUCCESS) package.installedKib = kib;
  for (const char* member : {"depends", "pre_depends"}) {
    for (const auto& relation : textsOf(object, member)) {
      for (auto& group : parseDependencies(relation)) package.depends.push_back(std::move(group));
    }
  }
  for (const auto& relation : textsOf(object, "provides")) {
    for (auto& group : parseDependencies(relation)) package.provides.push_back(std::move(group.front()));
  }
  package.tags = textsOf(object, "tags");
  return package;
}

}  // namespace

Result<Catalogue> readMachineIndex(const IndexPlaces& places) {
  Catalogue catalogue;
  for (const auto& file : packageLists(places.aptLists)) {
    if (file.string().ends_with("_Packages")) {
      std::ifstream in(file);
      readControlFile(in, catalogue.packages);
    } else {
      readCompressedList(file, catalogue.packages);
    }
  }
  catalogue.source = "apt lists in " + places.aptLists.string();
  if (catalogue.packages.empty()) {
    std::ifstream in(places.dpkgStatus);
    readControlFile(in, catalogue.packages);
    catalogue.source = "installed packages in " + places.dpkgStatus.string();
  }
  if (catalogue.packages.empty()) {
    return Status(StatusCode::NotFound, "no package index: neither " + places.aptLists.string() + " nor " +
                                            places.dpkgStatus.string() + " has one (apt-get update brings it)");
  }
  keepFirstOfEachName(catalogue.packages);
  return catalogue;
}

Result<Catalogue> readJsonLines(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in || fs::is_directory(file))
    return Status(StatusCode::NotFound, file.string() + ": no such file, or not readable as one");
  std::ostringstream bytes;
  bytes << in.rdbuf();
  Result<std::string> text = bytes.str();
  if (file.extension() == ".zst") text = unzstd(*text, file.string());
  if (!text) return text.status();

  Catalogue catalogue;
  catalogue.source = file.filename().string();
  simdjson::dom::parser parser;
  std::istringstream lines(std::move(*text));
  std::string line;
  for (std::size_t number = 1; std::getline(lines, line); ++number) {
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    simdjson::dom::object object;
    if (const auto error = parser.parse(line).get(object)) {
      return Status(StatusCode::InvalidArgument, file.string() + ":" + std::to_string(number) +
                                                     ": not a JSON object: " + simdjson::error_message(error));
    }
    Package package = packageOf(object);
    if (package.name.empty()) {
      return Status(StatusCode::InvalidArgument,
                    file.string() + ":" + std::to_string(number) + ": no \"package\" (the package's name)");
    }
    catalogue.packages.push_back(std::move(package));
  }
  if (catalogue.packages.empty()) return Status(StatusCode::NotFound, file.string() + ": no package in it");
  return catalogue;
}

}  // namespace picker
