#include "xray/http/content_coding.h"

#include <algorithm>
#include <charconv>

#include "ascii.h"
#include "response_head.h"
#include "xray/http/decompress.h"
#include "xray/http/gzip_compressor.h"

namespace xray::http {
namespace {

/// What stands before the separator, which is taken off `rest` with it.
std::string_view takeUntil(std::string_view& rest, char separator) {
  const std::string_view part = rest.substr(0, rest.find(separator));
  rest.remove_prefix(std::min(part.size() + 1, rest.size()));
  return trimmed(part);
}

/// The weight behind a coding, in thousandths; 1000 when there is none. One that cannot be read is 0: not acceptable.
int weightOf(std::string_view parameters) {
  while (!parameters.empty()) {
    const std::string_view parameter = takeUntil(parameters, ';');
    if (parameter.size() < 2 || lowerCase(parameter[0]) != 'q' || parameter[1] != '=') continue;
    double value = 0;
    const char* end = parameter.data() + parameter.size();
    const auto [rest, error] = std::from_chars(parameter.data() + 2, end, value, std::chars_format::fixed);
    return error == std::errc() && rest == end && value >= 0 && value <= 1 ? static_cast<int>(value * 1000 + 0.5) : 0;
  }
  return 1000;
}

/// A stream in gzip. As thread-safe as a BodyStream.
class GzipStream : public BodyStream, public std::enable_shared_from_this<GzipStream> {
 public:
  explicit GzipStream(std::shared_ptr<BodyStream> plain) : plain_(std::move(plain)) {}

  void next(Taker taker) override {
    if (ended_) return taker(std::string());
    plain_->next([self = shared_from_this(), taker = std::move(taker)](Result<std::string> piece) {
      taker(self->compress(std::move(piece)));
    });
  }

 private:
  Result<std::string> compress(Result<std::string> piece) {
    if (!piece.ok()) return piece;
    std::string out;
    ended_ = piece->empty();
    const Status status = ended_ ? compressor_.finish(out) : compressor_.append(*piece, out);
    if (!status.ok()) return status;
    return out;
  }

  const std::shared_ptr<BodyStream> plain_;
  GzipCompressor compressor_;
  bool ended_ = false;
};

}  // namespace

bool prefersGzip(const Request& request) {
  const std::optional<std::string> header = request.header("Accept-Encoding");
  if (!header) return false;
  std::optional<int> gzip, identity, any;
  std::string_view rest = *header;
  while (!rest.empty()) {
    std::string_view element = takeUntil(rest, ',');
    const std::string_view coding = takeUntil(element, ';');
    const int weight = weightOf(element);
    if (equalsIgnoringCase(coding, "gzip") || equalsIgnoringCase(coding, "x-gzip")) gzip = weight;
    if (equalsIgnoringCase(coding, "identity")) identity = weight;
    if (coding == "*") any = weight;
  }
  const int likesGzip = gzip.value_or(any.value_or(0));
  // No coding is always acceptable unless refused, and then comes after everything that was named.
  return likesGzip > 0 && likesGzip >= identity.value_or(0);
}

Response encodeFor(const Request& request, Response response) {
  response.headers.emplace_back("Vary", "Accept-Encoding");
  const bool worthIt = response.stream || response.body.size() >= kMinCompressedBytes;
  if (!hasBody(response.status) || !worthIt || !prefersGzip(request)) return response;
  if (response.stream) {
    response.stream = std::make_shared<GzipStream>(std::move(response.stream));
  } else {
    Result<std::string> body = compress(Encoding::Gzip, response.body);
    if (!body.ok()) return response;  // out of memory: the plain body is there
    response.body = std::move(*body);
  }
  response.headers.emplace_back("Content-Encoding", "gzip");
  for (auto& [name, value] : response.headers) {
    if (name == "ETag" && value.starts_with('"')) value.insert(value.size() - 1, "-gzip");
  }
  return response;
}

}  // namespace xray::http
