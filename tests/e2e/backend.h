#pragma once

#include <Poco/Dynamic/Var.h>
#include <Poco/JSON/Object.h>

#include <memory>
#include <string>
#include <vector>

#include "e2e/child_process.h"
#include "support/temp_folder.h"

namespace e2e {

using Json = Poco::JSON::Object::Ptr;

/// What a backend is made of, as flow YAML; `{folder}` stands for the backend's folder.
struct Wiring {
  std::string store = "{plugin: sqlite, options: {path: \"{folder}/xray.db\"}}";
  std::string moreReceivers;  // beside the http-transport: ", {plugin: …}"
};

/// A real `xray serve` in a folder, its ports picked by the kernel and kept over restarts.
class Backend {
 public:
  explicit Backend(const std::filesystem::path& folder, Wiring wiring = {});

  /// Returns once it says that it is ready.
  void start();
  void kill9();
  /// SIGTERM; the exit code.
  int stop();

  /// GET of the read API; throws std::runtime_error for any answer but 200.
  Json get(const std::string& pathAndQuery) const;
  /// The same as the text that came.
  std::string getText(const std::string& pathAndQuery) const;
  /// The rows of a list, over all its pages, as the texts that came.
  std::vector<std::string> allTexts(const std::string& collection, const std::string& filter) const;
  /// Every row of a list, over all its pages.
  std::vector<Json> all(const std::string& collection, const std::string& filter = "") const;
  /// The number of rows that a list has at once, up to 1000; -1 while the backend does not answer.
  int count(const std::string& collection) const;

  /// POSTs one batch; throws std::runtime_error for any answer but 200.
  Json send(const std::string& ndjson) const;

  /// The configuration files of the examples, which ask the environment, now send here.
  void sendExamplesHere() const;

  std::filesystem::path database() const { return folder_ / "xray.db"; }
  std::string eventsUrl() const { return "http://127.0.0.1:" + std::to_string(eventsPort_); }
  std::string apiUrl() const { return "http://127.0.0.1:" + std::to_string(apiPort_); }
  std::string log() const { return process_ ? process_->output() : ""; }

 private:
  std::filesystem::path folder_;
  Wiring wiring_;
  int apiPort_ = 0;
  int eventsPort_ = 0;
  std::unique_ptr<ChildProcess> process_;
};

/// Writes an SDK configuration; `transportOptions` as they stand in braces.
std::filesystem::path writeSdkConfig(const std::filesystem::path& file, const std::string& transportOptions,
                                     const std::string& more = "");

/// The example program or tool of that name.
std::string program(const std::string& name);

}  // namespace e2e
