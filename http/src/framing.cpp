#include "framing.h"

#include "ascii.h"
#include "xray/http/decompress.h"
#include "xray/http/problem.h"
#include "xray/text.h"

namespace xray::http {
namespace {

namespace bhttp = boost::beast::http;

std::string_view view(boost::beast::string_view text) {
  return {text.data(), text.size()};
}

std::optional<Response> refuseEncoding(const RequestHeader& header) {
  const auto count = header.count(bhttp::field::content_encoding);
  const std::string_view value = view(header[bhttp::field::content_encoding]);
  if (count < 2 && parseEncoding(value)) {
    return std::nullopt;
  }
  Response response = problem(415, "unknown_content_encoding", "Unknown content encoding",
                              "Content-Encoding " + quoted(value) + " (known: gzip, zstd, identity; one at a time)");
  response.headers.emplace_back("Accept-Encoding", "gzip, zstd");
  return response;
}

}  // namespace

HeadScanner::State HeadScanner::scan(std::string_view bytes) {
  while (position_ < bytes.size()) {
    if (position_ >= maxBytes_) {
      return State::TooLarge;
    }
    const auto byte = static_cast<unsigned char>(bytes[position_]);
    if (byte == '\n') {
      const State state = lineEnd(bytes);
      if (state != State::Incomplete) {
        return state;
      }
      continue;
    }
    if (position_ > lineStart_ && bytes[position_ - 1] == '\r') {
      return bad("a carriage return without a line feed");
    }
    if ((byte < 0x20 && byte != '\t' && byte != '\r') || byte == 0x7f) {
      return bad("a control character in the head");
    }
    if (position_ == lineStart_ && !firstLine_ && (byte == ' ' || byte == '\t')) {
      return bad("a folded header line");
    }
    ++position_;
  }
  return State::Incomplete;
}

HeadScanner::State HeadScanner::lineEnd(std::string_view bytes) {
  if (position_ == lineStart_ || bytes[position_ - 1] != '\r') {
    return bad("a line feed without a carriage return");
  }
  const std::string_view line = bytes.substr(lineStart_, position_ - 1 - lineStart_);
  if (firstLine_ && !line.ends_with(" HTTP/1.1") && !line.ends_with(" HTTP/1.0")) {
    return bad("the first line is not that of an HTTP/1.1 request");
  }
  lineStart_ = ++position_;
  const bool last = line.empty();
  firstLine_ = false;
  return last ? State::Complete : State::Incomplete;
}

HeadScanner::State HeadScanner::bad(const char* problem) {
  problem_ = problem;
  return State::Bad;
}

std::optional<Response> refuseFraming(const RequestHeader& header, bool hasLength, bool chunked) {
  const auto hosts = header.count(bhttp::field::host);
  if (hosts > 1 || (hosts == 0 && header.version() >= 11)) {
    return badRequest(hosts == 0 ? "the Host header is missing" : "more than one Host header");
  }
  // RFC 9112, sections 6.1 to 6.3.
  const auto coding = header.find(bhttp::field::transfer_encoding);
  if (coding == header.end()) {
    return std::nullopt;
  }
  if (hasLength || header.find(bhttp::field::content_length) != header.end()) {
    return badRequest("Content-Length and Transfer-Encoding together");
  }
  if (header.version() < 11) {
    return badRequest("Transfer-Encoding in an HTTP/1.0 request");
  }
  if (!chunked || header.count(bhttp::field::transfer_encoding) != 1 ||
      !equalsIgnoringCase(view(coding->value()), "chunked")) {
    return problem(501, "unknown_transfer_encoding", "Unknown transfer encoding",
                   "Transfer-Encoding " + quoted(view(coding->value())) + " (known: chunked)");
  }
  return std::nullopt;
}

std::optional<Response> refuseBody(const RequestHeader& header, const Limits& limits,
                                   std::optional<std::uint64_t> contentLength, bool chunked) {
  const std::string_view method = view(header.method_string());
  if (!contentLength && !chunked && (method == "POST" || method == "PUT" || method == "PATCH")) {
    return problem(411, "length_required", "Length required",
                   std::string(method) + " needs a Content-Length or Transfer-Encoding: chunked");
  }
  const std::string_view expectation = view(header[bhttp::field::expect]);
  if (!expectation.empty() && !equalsIgnoringCase(expectation, "100-continue")) {
    return problem(417, "unknown_expectation", "Expectation failed",
                   "Expect " + quoted(expectation) + " (known: 100-continue)");
  }
  if (auto refusal = refuseEncoding(header)) {
    return refusal;
  }
  if (contentLength.value_or(0) > limits.maxBodyBytes) {
    return bodyTooLarge("more than " + std::to_string(limits.maxBodyBytes) + " bytes");
  }
  return std::nullopt;
}

Response badRequest(std::string_view detail) {
  return problem(400, "bad_request", "Bad request", detail);
}

Response headerTooLarge(const Limits& limits) {
  return problem(431, "header_too_large", "Request header too large",
                 "the request line and headers have more than " + std::to_string(limits.maxHeaderBytes) + " bytes");
}

Response bodyTooLarge(std::string_view detail) {
  return problem(413, "body_too_large", "Body too large", detail);
}

}  // namespace xray::http
