#pragma once

#include <ctime>
#include <string>

#include "xray/http/message.h"

namespace xray::http {

/// False for the statuses whose answers end with their head: 204 and 304.
bool hasBody(int status);

/// How the other side finds the end of a body.
enum class BodyEnd { Length, Chunks, Close };

/// Status line and headers, the empty line included. `now` is for the Date header.
std::string responseHead(const Response& response, BodyEnd end, bool keepAlive, std::time_t now);

}  // namespace xray::http
