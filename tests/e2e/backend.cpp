#include "e2e/backend.h"

#include <signal.h>

#include <Poco/Exception.h>
#include <Poco/JSON/Parser.h>
#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/StreamCopier.h>
#include <Poco/URI.h>

#include <fstream>
#include <regex>
#include <stdexcept>

#include "xray/json.h"

namespace e2e {
namespace {

struct Answer {
  int status;
  std::string body;
};

Answer exchange(int port, const std::string& method, const std::string& path, const std::string& body) {
  Poco::Net::HTTPClientSession session("127.0.0.1", static_cast<Poco::UInt16>(port));
  session.setTimeout(Poco::Timespan(30, 0));
  Poco::Net::HTTPRequest request(method, path, Poco::Net::HTTPMessage::HTTP_1_1);
  if (!body.empty()) {
    request.setContentType("application/x-ndjson");
    request.setContentLength64(static_cast<Poco::Int64>(body.size()));
  }
  session.sendRequest(request) << body;
  Poco::Net::HTTPResponse response;
  std::string text;
  Poco::StreamCopier::copyToString(session.receiveResponse(response), text);
  return {response.getStatus(), text};
}

std::string textOf(const Answer& answer, const std::string& path) {
  if (answer.status != 200) throw std::runtime_error(path + ": " + std::to_string(answer.status) + " " + answer.body);
  return answer.body;
}

Json parsed(const Answer& answer, const std::string& path) {
  return Poco::JSON::Parser().parse(textOf(answer, path)).extract<Json>();
}

std::string inFolder(std::string yaml, const std::filesystem::path& folder) {
  const std::string mark = "{folder}";
  for (std::size_t at = 0; (at = yaml.find(mark, at)) != std::string::npos;) yaml.replace(at, mark.size(), folder);
  return yaml;
}

std::string encoded(const std::string& text) {
  std::string out;
  Poco::URI::encode(text, "!?#/'\",;:$&()[]*+=@", out);
  return out;
}

std::string listPath(const std::string& collection, const std::string& filter, const std::string& token) {
  return "/v1/" + collection + "?page_size=1000&filter=" + encoded(filter) +
         (token.empty() ? "" : "&page_token=" + encoded(token));
}

/// The port in the line of the log that has `word`, or 0.
int portIn(const std::string& log, const std::string& word) {
  const std::regex pattern(word + "[^\n]*http://127\\.0\\.0\\.1:([0-9]+)");
  std::smatch match;
  return std::regex_search(log, match, pattern) ? std::stoi(match[1]) : 0;
}

}  // namespace

Backend::Backend(const std::filesystem::path& folder, Wiring wiring) : folder_(folder), wiring_(std::move(wiring)) {
  std::filesystem::create_directories(folder_);
  start();
}

void Backend::start() {
  const auto config = folder_ / "xray.yaml";
  std::ofstream(config) << "store: " << inFolder(wiring_.store, folder_) << "\n"
                        << "receivers: [{plugin: http-transport, options: {listen: \"127.0.0.1:" << eventsPort_
                        << "\"}}" << inFolder(wiring_.moreReceivers, folder_) << "]\n"
                        << "api: {listen: \"127.0.0.1:" << apiPort_ << "\"}\n";
  const auto log = folder_ / "server.log";
  std::filesystem::remove(log);
  process_ = std::make_unique<ChildProcess>(
      std::vector<std::string>{program("xray"), "serve", "--config", config.string()}, log);
  const bool ready = eventually([&] {
    const std::string text = process_->output();
    apiPort_ = portIn(text, "api: ");
    eventsPort_ = portIn(text, "http-transport on ");
    return text.find("ready\n") != std::string::npos || !process_->running();
  });
  if (!ready || !process_->running()) throw std::runtime_error("xray serve did not start:\n" + process_->output());
}

void Backend::kill9() {
  process_->signal(SIGKILL);
  process_->wait();
}

int Backend::stop() {
  process_->signal(SIGTERM);
  return process_->wait().value_or(-1);
}

Json Backend::get(const std::string& path) const {
  return parsed(exchange(apiPort_, "GET", path, ""), path);
}

std::string Backend::getText(const std::string& path) const {
  return textOf(exchange(apiPort_, "GET", path, ""), path);
}

std::vector<std::string> Backend::allTexts(const std::string& collection, const std::string& filter) const {
  std::vector<std::string> rows;
  std::string token;
  do {
    const std::string page = getText(listPath(collection, filter, token));
    for (xray::JsonCursor row(xray::findJsonMember(page, collection)->text); row.next();) {
      rows.emplace_back(row.value().text);
    }
    const auto next = xray::findJsonMember(page, "next_page_token");
    token = next->type == xray::JsonType::Null ? "" : next->string();
  } while (!token.empty());
  return rows;
}

std::vector<Json> Backend::all(const std::string& collection, const std::string& filter) const {
  std::vector<Json> rows;
  std::string token;
  do {
    const Json page = get(listPath(collection, filter, token));
    const auto array = page->getArray(collection);
    for (std::size_t i = 0; i < array->size(); ++i) rows.push_back(array->getObject(static_cast<unsigned>(i)));
    token = page->isNull("next_page_token") ? "" : page->getValue<std::string>("next_page_token");
  } while (!token.empty());
  return rows;
}

int Backend::count(const std::string& collection) const {
  try {
    return static_cast<int>(get("/v1/" + collection + "?page_size=1000")->getArray(collection)->size());
  } catch (const Poco::Exception&) {
    return -1;
  }
}

Json Backend::send(const std::string& ndjson) const {
  return parsed(exchange(eventsPort_, "POST", "/v1/events", ndjson), "/v1/events");
}

void Backend::sendExamplesHere() const {
  ::setenv("XRAY_URL", eventsUrl().c_str(), 1);
}

std::filesystem::path writeSdkConfig(const std::filesystem::path& file, const std::string& transportOptions,
                                     const std::string& more) {
  std::ofstream(file) << "transport: {plugin: http-transport, options: {" << transportOptions << "}}\n" << more;
  return file;
}

std::string program(const std::string& name) {
  return std::string(XRAY_BINARY_DIR) + "/bin/" + name;
}

}  // namespace e2e
