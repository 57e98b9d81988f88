#include "control/client.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>

#include "base/accounts.hpp"
#include "base/faults.hpp"
#include "base/unix_socket.hpp"

namespace mcpssh::control {
namespace {

using base::because;
using base::Error;
using base::ErrorCode;
using base::Fault;

uid_t owner_of(const std::filesystem::path& directory) {
  struct stat info{};
  if (::stat(directory.empty() ? "." : directory.c_str(), &info) != 0)
    throw Error(ErrorCode::not_found, "cannot look at " + directory.string() + ": " + because(errno));
  return info.st_uid;
}

}  // namespace

Client::Client(const std::filesystem::path& socket) : path_(socket), fd_(base::unix_socket()) {
  ::fcntl(fd_.get(), F_SETFL, O_NONBLOCK);
  const int error = base::connect_unix(fd_.get(), path_);
  if (error == 0) {
    server_ = base::unix_peer_process(fd_.get());
    if (server_.user == owner_of(path_.parent_path())) return;
    throw Error(Fault::wrong_server,
                "who serves " + path_.string() + " is " + base::user_name(server_.user) +
                    ", and not the user whose directory it is in",
                "do not trust what it says");
  }
  const bool gone = error == ECONNREFUSED || error == ENOENT;
  throw Error(gone              ? Fault::no_server
              : error == EACCES ? Fault::permission_denied
                                : Fault::connect_failed,
              "cannot reach the server at " + path_.string() + ": " + because(error),
              error == EACCES ? "only its own user, root and the approvers' group may" : "");
}

void Client::send(const Wish& wish) {
  auto text = to_line(wish);
  text.push_back('\n');
  const base::Secret whole(std::move(text));
  const auto& line = whole.reveal();
  if (::send(fd_.get(), line.data(), line.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(line.size()))
    throw Error(ErrorCode::connection_lost, "the server at " + path_.string() + " does not listen");
}

void Client::read_some() {
  std::array<char, 16 * 1024> bytes{};
  ssize_t count = -1;
  do {
    count = ::recv(fd_.get(), bytes.data(), bytes.size(), 0);
  } while (count < 0 && errno == EINTR);
  if (count < 0 && errno == EAGAIN) return;
  if (count <= 0 || unread_.size() > most_answer_bytes)
    throw Error(ErrorCode::connection_lost, "the server at " + path_.string() + " ended the conversation");
  unread_.append(bytes.data(), static_cast<std::size_t>(count));
}

std::optional<Client::Answer> Client::whole_answer() {
  const auto end = unread_.find('\n', searched_);
  searched_ = unread_.size();
  if (end == std::string::npos) return std::nullopt;
  searched_ = 0;
  const auto line = unread_.substr(0, end);
  unread_.erase(0, end + 1);
  return answer_from(line);
}

std::vector<Client::Answer> Client::read_ready() {
  read_some();
  std::vector<Answer> answers;
  while (auto answer = whole_answer()) answers.push_back(*std::move(answer));
  return answers;
}

}  // namespace mcpssh::control
