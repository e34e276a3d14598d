// g++ -std=c++17 archive_process.cpp -o archive_process -lcpprest -lboost_system -lssl -lcrypto -pthread
//
// Archives a process, restores it, and deletes it for good.
//
// Usage: archive_process [--forbidden] RUN_ID
// Reads PROCESSION_URL, PROCESSION_ORGANIZATION and PROCESSION_TOKEN.

#include <cpprest/http_client.h>

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <stdexcept>
#include <string>

using web::http::method;
using web::http::methods;
using web::http::status_codes;

void require(bool condition, const std::string& complaint) {
  if (!condition) throw std::runtime_error(complaint);
}

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  require(value && *value, std::string("set ") + name);
  return value;
}

// One process on the server.
class Run {
 public:
  explicit Run(const std::string& id)
      : client_(environment("PROCESSION_URL"), config()),
        path_("/organizations/" + environment("PROCESSION_ORGANIZATION") + "/runs/" + id),
        authorization_("Bearer " + environment("PROCESSION_TOKEN")) {}

  web::http::http_response send(const method& verb, const std::string& action = "") {
    web::http::http_request request(verb);
    request.set_request_uri(path_ + action);
    request.headers().add("Authorization", authorization_);
    request.headers().add("Accept", "application/json");
    request.headers().add("X-Tallyfy-Client", "APIClient");
    // Wire habit: redirected with 301, 302 or 303, this client repeats a DELETE as a GET.
    return client_.request(request).get();
  }

  web::json::value process(const std::string& step, const method& verb, const std::string& action = "") {
    const auto body = json(step, status_codes::OK, send(verb, action));
    require(body.has_object_field("data"), step + ": the answer has no process");
    return body.at("data");
  }

  std::string archive(const std::string& step) {
    const auto process = this->process(step, methods::DEL);
    require(process.at("status").as_string() == "archived" && process.at("archived_at").is_string(),
            step + ": not archived: " + process.serialize());
    return process.at("archived_at").as_string();
  }

  std::string refused(const std::string& step, const method& verb, web::http::status_code status) {
    const auto body = json(step, status, send(verb));
    require(body.has_string_field("message"), step + ": the error has no message");
    return body.at("message").as_string();
  }

 private:
  static web::http::client::http_client_config config() {
    web::http::client::http_client_config config;
    config.set_timeout(std::chrono::seconds(15));
    return config;
  }

  static web::json::value json(const std::string& step, web::http::status_code expected,
                               const web::http::http_response& response) {
    web::json::value body;
    try {
      // Wire habit: extract_json throws on a media type it does not know as JSON, such as
      // application/problem+json or text/html, whatever the status is.
      body = response.extract_json().get();
    } catch (const std::exception& problem) {
      throw std::runtime_error(step + ": " + problem.what());
    }
    require(response.status_code() == expected,
            step + ": expected " + std::to_string(expected) + ", got " +
                std::to_string(response.status_code()) + " " + body.serialize());
    return body;
  }

  web::http::client::http_client client_;
  std::string path_;
  std::string authorization_;
};

void walk_through(Run& run) {
  const auto process = run.process("read", methods::GET);
  std::cout << "1. read: " << process.at("name").as_string() << " is "
            << process.at("status").as_string() << std::endl;

  const auto archived_at = run.archive("archive");
  std::cout << "2. archive: archived at " << archived_at << std::endl;

  const auto again = run.archive("archive again");
  require(again == archived_at, "archive again: archived_at moved from " + archived_at + " to " + again);
  std::cout << "3. archive again: nothing changed" << std::endl;

  const auto status = run.process("read back", methods::GET).at("status").as_string();
  require(status == "archived", "read back: status " + status);
  std::cout << "4. read back: " << status << std::endl;

  const auto restored = run.process("restore", methods::PUT, "/activate");
  require(restored.at("archived_at").is_null(), "restore: not restored: " + restored.serialize());
  std::cout << "5. restore: " << restored.at("status").as_string() << std::endl;

  run.archive("archive before deleting");
  const auto deleted = run.send(methods::DEL, "/delete");
  require(deleted.status_code() == status_codes::OK,
          "delete for good: expected 200, got " + std::to_string(deleted.status_code()));
  require(deleted.extract_vector().get().empty(), "delete for good: the answer is not empty");
  std::cout << "6. delete for good: deleted" << std::endl;

  const auto message = run.refused("read deleted", methods::GET, status_codes::NotFound);
  std::cout << "7. read: 404 " << message << std::endl;
}

int main(int argc, char* argv[]) try {
  const bool forbidden = argc == 3 && std::string(argv[1]) == "--forbidden";
  require(argc == 2 || forbidden, "usage: archive_process [--forbidden] RUN_ID");
  Run run(argv[argc - 1]);
  if (forbidden) {
    const auto message = run.refused("archive", methods::DEL, status_codes::Forbidden);
    std::cout << "archive: 403 " << message << std::endl;
  } else {
    walk_through(run);
  }
  std::cout << "ok" << std::endl;
  return 0;
} catch (const std::exception& problem) {
  std::cerr << problem.what() << std::endl;
  return 1;
}
