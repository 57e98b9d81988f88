#include "device/transcript.hpp"

#include <utility>

namespace mcpssh::device {
namespace {
/// A two-line prompt and a blank line above it.
constexpr std::size_t lines_held = 3;
}  // namespace

void Transcript::pass_on(std::string_view text) {
  text_.append(text);
  if (observer_) observer_(text);
}

void Transcript::add_line(std::string line) {
  held_.push_back(std::move(line));
  if (held_.size() <= lines_held) return;
  pass_on(held_.front() + "\n");
  held_.pop_front();
}

void Transcript::add_unterminated(std::string_view text) {
  for (const std::string& line : held_) pass_on(line + "\n");
  held_.clear();
  if (!text.empty()) pass_on(text);
}

void Transcript::finish(Reply& reply) {
  add_unterminated({});
  reply.truncated = text_.truncated();
  reply.text = text_.take();
}

}  // namespace mcpssh::device
