// The read API of a server, by Poco's HTTP client.

#include <Poco/Exception.h>
#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/NetException.h>
#include <Poco/StreamCopier.h>
#include <Poco/URI.h>

#include "cli/source.h"
#include "xray/json.h"
#include "xray/text.h"

namespace xray::cli {
namespace {

/// Longer than the server's own query timeout, which gives the better message.
const Poco::Timespan kTimeout(90, 0);
/// Every server of the read API has it.
constexpr const char* kKnownPath = "/v1/plugins";
constexpr unsigned kMaxDepth = 1'100;  // an event's greatest, and the lists around it

class HttpSource : public Source {
 public:
  HttpSource(std::string url, const Poco::URI& uri)
      : url_(std::move(url)), prefix_(uri.getPath()), session_(uri.getHost(), uri.getPort()) {
    session_.setKeepAlive(true);
    session_.setTimeout(kTimeout);
    if (prefix_ == "/") prefix_.clear();
  }

  Result<Answer> ask(const Question& question) override {
    try {
      Poco::Net::HTTPRequest request(Poco::Net::HTTPRequest::HTTP_GET, prefix_ + target(question),
                                     Poco::Net::HTTPMessage::HTTP_1_1);
      request.set("Accept", "application/json");
      session_.sendRequest(request);
      Poco::Net::HTTPResponse response;
      Answer answer;
      Poco::StreamCopier::copyToString(session_.receiveResponse(response), answer.body);
      answer.status = response.getStatus();
      if (!checkJson(answer.body, kMaxDepth).ok()) return notTheApi();
      if (answer.status == Poco::Net::HTTPResponse::HTTP_NOT_FOUND) {
        // What is not there may be the whole API.
        if (question.path == kKnownPath) return notTheApi();
        if (const Result<Answer> known = ask({kKnownPath, {}}); !known.ok()) return known.status();
      }
      return answer;
    } catch (const Poco::Net::NoMessageException&) {
      session_.reset();
      return Status(StatusCode::Unavailable, "the server at " + url_ + " closed the connection without an answer");
    } catch (const Poco::Net::MessageException&) {
      session_.reset();
      return notTheApi();
    } catch (const Poco::Exception& e) {
      session_.reset();
      return Status(StatusCode::Unavailable,
                    "cannot reach " + url_ + " (" + e.displayText() +
                        "): start a server with `xray serve --config FILE`, or name another one with --server "
                        "or XRAY_SERVER");
    }
  }

 private:
  static std::string target(const Question& question) {
    std::string target = question.path;
    char separator = '?';
    for (const auto& [name, value] : question.parameters) {
      target += separator + percentEncode(name) + '=' + percentEncode(value);
      separator = '&';
    }
    return target;
  }

  Status notTheApi() const {
    return Status(StatusCode::Internal,
                  "the server at " + url_ + " is not X-Ray's read API; is it the port of a receiver?");
  }

  std::string url_;
  std::string prefix_;
  Poco::Net::HTTPClientSession session_;
};

}  // namespace

Result<std::unique_ptr<Source>> makeHttpSource(const std::string& url) {
  try {
    const Poco::URI uri(url);
    if (uri.getScheme() == "http" && !uri.getHost().empty() && uri.getQuery().empty() && uri.getFragment().empty()) {
      return std::unique_ptr<Source>(std::make_unique<HttpSource>(url, uri));
    }
  } catch (const Poco::Exception&) {
    // Told below, as every other text that is no URL.
  }
  return Status(StatusCode::InvalidArgument, "server " + quoted(url) + " must be a URL like http://127.0.0.1:7007");
}

}  // namespace xray::cli
