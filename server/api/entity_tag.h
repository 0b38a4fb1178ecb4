#pragma once
// Answers that a client has already: RFC 9110, sections 8.8.3 and 13.1.2.

#include <string>
#include <string_view>

#include "xray/http/message.h"

namespace xray::server {

/// A strong tag, made of the content alone: equal on every server and after every restart.
std::string entityTagOf(std::string_view content);

/// Whether an If-None-Match names the tag: "*", or a list with it in some coding.
bool namesEntityTag(std::string_view ifNoneMatch, std::string_view tag);

/// A whole 200 with its ETag, to be asked for again instead of kept; or 304 when the client has it.
http::Response conditional(const http::Request& request, http::Response response);

}  // namespace xray::server
