#include <fcntl.h>
#include <unistd.h>
#include <yaml-cpp/depthguard.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <cerrno>
#include <sstream>
#include <string_view>
#include <system_error>

#include "config/config_impl.h"
#include "xray/text.h"

namespace xray {
namespace {

constexpr std::size_t kMaxFileBytes = 1 << 20;
constexpr const char* kTooLarge = "the file is over 1 MiB, the most that a configuration file may have";

/// The file's bytes, at most one more than allowed.
Result<std::string> readFile(const std::filesystem::path& path) {
  const auto failure = [&path] {
    return Status(StatusCode::InvalidArgument,
                  "cannot read " + path.string() + ": " + std::generic_category().message(errno));
  };
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return failure();
  std::string text(kMaxFileBytes + 1, '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    const ssize_t got = ::read(fd, text.data() + size, text.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      Status status = failure();
      ::close(fd);
      return status;
    }
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  ::close(fd);
  text.resize(size);
  return text;
}

/// `:line:column: ` of a byte of the text.
std::string placeOf(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, offset);
  const std::size_t lineStart = before.rfind('\n') + 1;  // npos + 1 is 0
  return ":" + std::to_string(std::count(before.begin(), before.end(), '\n') + 1) + ":" +
         std::to_string(offset - lineStart + 1) + ": ";
}

/// The first line that is not UTF-8, as an offset; npos when all are.
std::size_t findBadLine(std::string_view text) {
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    if (!isUtf8(text.substr(start, end - start))) return start;
    start = end + 1;
  }
  return std::string_view::npos;
}

std::string placeOf(const YAML::Mark& mark) {
  return mark.is_null() ? ": " : ":" + std::to_string(mark.line + 1) + ":" + std::to_string(mark.column + 1) + ": ";
}

/// Why the bytes are no text that YAML could be read from, or empty.
std::string findTextProblem(const std::string& text, const std::string& name) {
  if (text.size() > kMaxFileBytes) return name + ": " + kTooLarge;
  if (const std::size_t nul = text.find('\0'); nul != std::string::npos) {
    return name + placeOf(text, nul) + "not a text file: it holds a NUL character";
  }
  if (const std::size_t line = findBadLine(text); line != std::string::npos) {
    return name + placeOf(text, line) + "not UTF-8 text";
  }
  return "";
}

/// Notes where a document begins.
class DocumentStart : public YAML::EventHandler {
 public:
  YAML::Mark mark;

  void OnDocumentStart(const YAML::Mark& start) override { mark = start; }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t, const std::string&) override {}
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
  void OnMapEnd() override {}
};

/// What follows the first document, or empty when nothing does. (YAML::Load does not look, and YAML::LoadAll does not
/// come back from a text such as ",", in which each document ends where it began.)
std::string findSecondDocument(const std::string& text) {
  std::istringstream stream(text);
  YAML::Parser parser(stream);
  DocumentStart document;
  if (!parser.HandleNextDocument(document) || !parser.HandleNextDocument(document)) return "";
  const auto offset = static_cast<std::size_t>(document.mark.pos);
  const bool marked = offset < text.size() && text.compare(offset, 3, "---") == 0;
  return placeOf(document.mark) +
         (marked ? "a second document; a configuration file has one" : "not YAML: unexpected text");
}

/// Fills in the root, or rejects the file.
void parseYaml(ConfigFile::Impl& file, const std::string& text) try {
  if (const std::string second = findSecondDocument(text); !second.empty()) {
    file.reject(file.name + second);
    return;
  }
  const YAML::Node document = YAML::Load(text);
  if (document.IsNull()) {
    file.reject(file.name + ": the file is empty");
  } else if (!document.IsMap()) {
    file.reject(file.name + placeOf(document.Mark()) + "must be a mapping of sections, not " + describeNode(document));
  } else {
    file.root = document;
  }
} catch (const YAML::DeepRecursion& e) {
  file.reject(file.name + placeOf(e.mark) + "nested too deeply");
} catch (const YAML::Exception& e) {
  file.reject(file.name + placeOf(e.mark) + "not YAML: " + e.msg);
}

}  // namespace

void ConfigFile::Impl::add(const YAML::Mark& mark, const std::string& path, const std::string& message) {
  if (unusable) return;
  ++reported;
  Problem problem{mark.line, mark.column, name + placeOf(mark) + (path.empty() ? "" : path + ": ") + message};
  const bool known =
      std::any_of(problems.begin(), problems.end(), [&](const Problem& other) { return other.text == problem.text; });
  if (!known) problems.push_back(std::move(problem));
}

void ConfigFile::Impl::reject(const std::string& text) {
  unusable = true;
  problems = {{-1, -1, text}};
}

ConfigFile ConfigFile::load(const std::filesystem::path& path) {
  const auto text = readFile(path);
  if (text.ok()) return parse(*text, path.string());
  auto file = std::make_shared<Impl>();
  file->name = path.string();
  file->reject(text.status().message());
  return ConfigFile(std::move(file));
}

ConfigFile ConfigFile::parse(const std::string& text, const std::string& name) {
  auto file = std::make_shared<Impl>();
  file->name = name;
  if (const std::string problem = findTextProblem(text, name); !problem.empty()) {
    file->reject(problem);
  } else {
    parseYaml(*file, text);
  }
  if (!file->unusable) scanTree(*file);
  return ConfigFile(std::move(file));
}

ConfigSection ConfigFile::root() {
  return ConfigSection(
      std::make_shared<ConfigSection::Impl>(ConfigSection::Impl{impl_, impl_->root, "", YAML::Mark(), true}));
}

std::vector<std::string> ConfigFile::problems() const {
  auto sorted = impl_->problems;
  std::stable_sort(sorted.begin(), sorted.end(), [](const Impl::Problem& a, const Impl::Problem& b) {
    return std::pair(a.line, a.column) < std::pair(b.line, b.column);
  });
  std::vector<std::string> texts;
  for (auto& problem : sorted) texts.push_back(std::move(problem.text));
  return texts;
}

Status ConfigFile::status() const {
  std::string lines;
  for (const std::string& problem : problems()) lines += (lines.empty() ? "" : "\n") + problem;
  return lines.empty() ? Status() : Status(StatusCode::InvalidArgument, lines);
}

}  // namespace xray
