#include "gateway/show.hpp"

#include <limits>
#include <utility>

#include "outputs/render.hpp"

namespace mcpssh::gateway {

std::string shown(const Outcome& outcome, std::string_view nonce) {
  return shown(outcome, nonce, outcome.host, std::numeric_limits<std::size_t>::max());
}

std::string shown(const Outcome& outcome, std::string_view nonce, std::string_view of, std::size_t budget) {
  const bool dialogue = !outcome.session.empty() || outcome.state == State::replied;
  const std::string label = dialogue ? "output" : "stdout";
  std::string text;
  for (const auto& [captured, name] :
       {std::pair(&outcome.earlier, std::string("earlier output")), std::pair(&outcome.out, label),
        std::pair(&outcome.err, std::string("stderr"))}) {
    const std::string framed =
        outputs::framed(outputs::shortened(*captured, budget), name + " of " + std::string(of), nonce);
    if (!text.empty() && !framed.empty()) text += "\n";
    text += framed;
  }
  return text;
}

std::string shown_piece(std::string_view text, std::string_view label, std::string_view nonce) {
  outputs::Captured piece;
  piece.head = text;
  piece.total = text.size();
  return outputs::framed(piece, label, nonce);
}

}  // namespace mcpssh::gateway
