#include "test_server.h"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace xray::postgres::test {
namespace {

// Quotes, spaces and an @, for connection strings are easily cut at those.
constexpr const char* kPassword = "it's a \"secret\" @=\\";

/// The newest server's programs; empty without one.
std::filesystem::path binFolder() {
  std::vector<std::filesystem::path> versions;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator("/usr/lib/postgresql", error)) {
    if (std::filesystem::exists(entry.path() / "bin" / "initdb", error)) versions.push_back(entry.path() / "bin");
  }
  return versions.empty() ? std::filesystem::path() : *std::ranges::max_element(versions);
}

std::string textOf(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

/// The server refuses to run as root.
const passwd* serverUser() {
  return ::getuid() == 0 ? ::getpwnam("postgres") : nullptr;
}

void mustRun(const std::vector<std::string>& command, const std::filesystem::path& log) {
  if (runProgram(command, log) != 0) throw std::runtime_error(command.front() + ": " + textOf(log));
}

}  // namespace

int runProgram(const std::vector<std::string>& command, const std::filesystem::path& output) {
  const passwd* user = serverUser();
  std::vector<char*> arguments;
  for (const std::string& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  const pid_t child = ::fork();
  if (child == 0) {
    const int log = ::open(output.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
    ::dup2(log, 1);
    ::dup2(log, 2);
    if (user && (::setgroups(0, nullptr) != 0 || ::setgid(user->pw_gid) != 0 || ::setuid(user->pw_uid) != 0))
      ::_exit(126);
    if (::chdir("/") != 0) ::_exit(126);
    ::execv(arguments.front(), arguments.data());
    ::_exit(127);
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

bool TestServer::available() {
  return !binFolder().empty() && (::getuid() != 0 || serverUser() != nullptr);
}

TestServer::TestServer() {
  const std::filesystem::path password = folder_.write("password", std::string(kPassword) + "\n");
  const std::filesystem::path log = folder_.path() / "initdb.log";
  if (const passwd* user = serverUser()) {
    for (const std::filesystem::path& path : {folder_.path(), password}) {
      if (::chown(path.c_str(), user->pw_uid, user->pw_gid) != 0) throw std::runtime_error("chown");
    }
  }
  mustRun({binFolder() / "initdb", "-D", folder_.path() / "data", "-U", "postgres", "-A", "scram-sha-256", "--pwfile",
           password, "-E", "UTF8", "--locale=C.UTF-8", "-N"},
          log);
  start();
}

TestServer::~TestServer() {
  if (running_) stop(true);
}

void TestServer::start() {
  mustRun({binFolder() / "pg_ctl", "start", "-D", folder_.path() / "data", "-w", "-l", folder_.path() / "server.log",
           "-o", "-k " + folder_.path().string() + " -c listen_addresses='' -c fsync=off"},
          folder_.path() / "start.log");
  running_ = true;
}

void TestServer::stop(bool immediate) {
  mustRun({binFolder() / "pg_ctl", "stop", "-D", folder_.path() / "data", "-w", "-m", immediate ? "immediate" : "fast"},
          folder_.path() / "stop.log");
  running_ = false;
}

Dsn TestServer::dsn() const {
  return {{"host", folder_.path().string()}, {"user", "postgres"}, {"dbname", "postgres"}, {"password", kPassword}};
}

}  // namespace xray::postgres::test
