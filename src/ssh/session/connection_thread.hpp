#pragma once
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/wakeup.hpp"
#include "ssh/connection.hpp"

namespace mcpssh::ssh {

/// One thread with its io_context, on which connections live.
class ConnectionThread {
 public:
  explicit ConnectionThread(const std::string& name);
  ~ConnectionThread() { drain(); }
  ConnectionThread(const ConnectionThread&) = delete;
  ConnectionThread& operator=(const ConnectionThread&) = delete;

  [[nodiscard]] base::Executor executor() { return context_.get_executor(); }
  /// Connection::open, on this thread's executor: to be hopped to. The thread outlives it. Throws
  /// Error(cancelled) when the thread is draining.
  base::Task<std::shared_ptr<Connection>> open(Target target, std::shared_ptr<Connection> carrier = nullptr);
  /// fetch_host_key, likewise.
  base::Task<HostKey> host_key(Target target, std::string type,
                               std::shared_ptr<Connection> carrier = nullptr);

  /// From any other thread: closes all connections, ends what is being opened, and waits for the thread.
  /// Idempotent.
  void drain();

 private:
  template <class T>
  base::Task<T> unless_draining(base::Task<T> work);
  void close_all();

  base::asio::io_context context_{1};
  base::asio::executor_work_guard<base::asio::io_context::executor_type> work_{context_.get_executor()};
  // Touched only on the thread:
  base::Wakeup drain_wakeup_{context_.get_executor()};
  std::vector<std::weak_ptr<Connection>> connections_;
  bool draining_ = false;

  std::thread thread_;
};

}  // namespace mcpssh::ssh
