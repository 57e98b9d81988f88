#include "base/error.hpp"

#include <utility>

#include "base/faults.hpp"

namespace mcpssh::base {
namespace {

constexpr std::string_view next = ". Next: ";

/// A cause may quote a host, and what a host says must not read as our advice.
std::string without_advice(std::string cause) {
  for (auto at = cause.find(next); at != std::string::npos; at = cause.find(next, at))
    cause.replace(at, next.size(), "; next: ");
  return cause;
}

}  // namespace

std::string_view to_string(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid_argument:
      return "invalid_argument";
    case ErrorCode::invalid_config:
      return "invalid_config";
    case ErrorCode::not_found:
      return "not_found";
    case ErrorCode::permission_denied:
      return "permission_denied";
    case ErrorCode::refused:
      return "refused";
    case ErrorCode::resolve_failed:
      return "resolve_failed";
    case ErrorCode::connect_failed:
      return "connect_failed";
    case ErrorCode::backing_off:
      return "backing_off";
    case ErrorCode::handshake_failed:
      return "handshake_failed";
    case ErrorCode::host_key_unknown:
      return "host_key_unknown";
    case ErrorCode::host_key_changed:
      return "host_key_changed";
    case ErrorCode::auth_failed:
      return "auth_failed";
    case ErrorCode::needs_human:
      return "needs_human";
    case ErrorCode::channel_failed:
      return "channel_failed";
    case ErrorCode::channel_limit:
      return "channel_limit";
    case ErrorCode::connection_lost:
      return "connection_lost";
    case ErrorCode::timed_out:
      return "timed_out";
    case ErrorCode::cancelled:
      return "cancelled";
    case ErrorCode::journal_unwritable:
      return "journal_unwritable";
    case ErrorCode::protocol_error:
      return "protocol_error";
    case ErrorCode::limit_reached:
      return "limit_reached";
    case ErrorCode::io_error:
      return "io_error";
    case ErrorCode::internal:
      return "internal";
  }
  return "internal";
}

Error::Error(Fault fault, std::string cause, std::string next_move)
    : code_(row_of(fault).kind), fault_(fault), cause_(std::move(cause)), next_move_(std::move(next_move)) {
  compose();
}

Error::Error(ErrorCode code, std::string cause, std::string next_move)
    : Error(general_fault(code), std::move(cause), std::move(next_move)) {}

Error Error::at_host(std::string_view host) const {
  Error copy = *this;
  if (copy.host_.empty()) copy.host_ = host;
  copy.compose();
  return copy;
}

Error Error::at_step(std::string_view step) const {
  Error copy = *this;
  if (copy.step_.empty()) copy.step_ = step;
  copy.compose();
  return copy;
}

void Error::compose() {
  message_.clear();
  if (!host_.empty()) message_ += host_ + ": ";
  if (!step_.empty()) message_ += step_ + ": ";
  message_ += without_advice(cause_);
  if (!next_move_.empty()) message_.append(next).append(next_move_);
  shown_ = message_ + " [" + std::string(to_string(fault_)) + "]";
}

}  // namespace mcpssh::base
