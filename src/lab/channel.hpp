#pragma once
#include <libssh/callbacks.h>
#include <poll.h>

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lab/program.hpp"

namespace mcpssh::lab {

/// One session channel: takes the client's requests, starts a program and carries its bytes. Belongs to its
/// connection's thread. Dies before the session; destroying ends the program.
class Channel {
 public:
  /// For libssh's open callback: a new channel of `session`. `host` outlives it.
  Channel(ssh_session session, const Host& host);
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;
  ~Channel();

  [[nodiscard]] ssh_channel handle() const { return channel_; }
  /// Moves what can be moved now, without blocking; true when something did.
  bool step();
  /// Appends what to wait for before the next step is worth while.
  void add_waits(std::vector<pollfd>& waits) const;
  /// Our CLOSE is out: nothing more to do here.
  [[nodiscard]] bool over() const { return phase_ == Phase::closed; }

 private:
  enum class Phase { open, closing, closed };

  void listen();
  template <class Launch>
  int start(Launch launch);
  bool move_input();
  bool move_output(Stream stream);
  bool close_when_done();
  void report_exit(const Exit& exit);
  [[nodiscard]] std::size_t room() const;

  ssh_session session_;
  const Host& host_;
  ssh_channel channel_;
  ssh_channel_callbacks_struct callbacks_{};  ///< libssh keeps a pointer to it

  std::optional<Terminal> terminal_;
  std::unique_ptr<Program> program_;
  Phase phase_ = Phase::open;
  bool data_waiting_ = false;  ///< libssh holds bytes we have not read
  bool peer_eof_ = false, peer_closed_ = false, input_ended_ = false;
  std::string input_;                    ///< read, but not yet taken by the program
  std::array<std::string, 2> output_{};  ///< by Stream: made by the program, but not yet taken by libssh
};

}  // namespace mcpssh::lab
