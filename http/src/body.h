#pragma once
// The body of a request on its way through Beast's parser: decoded as it comes, so that neither the raw nor the decoded
// bytes pass the limit.

#include <boost/beast/http.hpp>
#include <cstdint>
#include <optional>
#include <string>

#include "xray/http/decompress.h"

namespace xray::http {

/// A Body in Beast's sense, for reading only.
struct DecodedBody {
  class value_type {
   public:
    /// To be called between the header and the body. `encoding` is undone; `limit` holds for what is received and for
    /// what it decodes to.
    void expect(Encoding encoding, std::size_t limit, std::optional<std::uint64_t> contentLength);
    Status append(std::string_view received);
    Status finish();

    std::string take() { return std::move(bytes_); }
    /// Why the parser stopped, when it was because of the body's content.
    const Status& failure() const { return failure_; }

   private:
    std::optional<Decompressor> decompressor_;
    std::size_t limit_ = 0;
    std::size_t received_ = 0;
    std::string bytes_;
    Status failure_;
  };

  class reader {
   public:
    template <bool isRequest, class Fields>
    reader(boost::beast::http::header<isRequest, Fields>&, value_type& body) : body_(body) {}

    void init(const boost::optional<std::uint64_t>&, boost::beast::error_code& error) { error = {}; }

    template <class Buffers>
    std::size_t put(const Buffers& buffers, boost::beast::error_code& error) {
      error = {};
      std::size_t taken = 0;
      for (const boost::asio::const_buffer piece : boost::beast::buffers_range_ref(buffers)) {
        taken += piece.size();
        if (!body_.append({static_cast<const char*>(piece.data()), piece.size()}).ok()) {
          error = boost::beast::http::error::body_limit;
          break;
        }
      }
      return taken;
    }

    void finish(boost::beast::error_code& error) {
      error = {};
      if (!body_.finish().ok()) {
        error = boost::beast::http::error::partial_message;
      }
    }

   private:
    value_type& body_;
  };
};

}  // namespace xray::http
