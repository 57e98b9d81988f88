#include "audit/line.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace mcpssh::audit {
namespace {

constexpr std::string_view hash_opening = R"(,"hash":")";
constexpr std::size_t hash_member_bytes = hash_opening.size() + 64 + 1;

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
constexpr bool is_hex(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f');
}

constexpr std::array<bool, 256> plain_characters() {
  std::array<bool, 256> plain{};
  for (std::size_t c = 0x20; c < 0x7F; ++c) plain[c] = c != '"' && c != '\\';
  return plain;
}

/// Reads the flat JSON object of one record. `fault` is set at the first byte that cannot belong to one.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  LineFault fault = LineFault::malformed;

  bool take(char wanted) {
    if (at_ == text_.size()) return stopped();
    if (text_[at_] != wanted) return false;
    ++at_;
    return true;
  }
  [[nodiscard]] bool next_is(char c) const { return at_ < text_.size() && text_[at_] == c; }
  [[nodiscard]] bool at_end() const { return at_ == text_.size(); }

  bool string(std::string_view& out) {
    static constexpr auto plain = plain_characters();
    if (!take('"')) return false;
    const std::size_t start = at_;
    for (;;) {
      while (at_ < text_.size() && plain[static_cast<unsigned char>(text_[at_])]) ++at_;
      if (at_ == text_.size()) return stopped();
      if (text_[at_] == '"') break;
      if (text_[at_] != '\\' || !escape()) return false;
    }
    out = text_.substr(start, at_ - start);
    ++at_;
    return true;
  }

  bool integer(std::string_view& out) {
    const std::size_t start = at_;
    if (next_is('-')) ++at_;
    const std::size_t digits = at_;
    while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
    if (at_ == text_.size()) return stopped();
    out = text_.substr(start, at_ - start);
    return at_ > digits && at_ - digits <= 20 && (text_[digits] != '0' || at_ == digits + 1);
  }

  bool word(std::string_view wanted) {
    return std::ranges::all_of(wanted, [this](char c) { return take(c); });
  }

  bool strings() {
    std::string_view ignored;
    if (!take('[')) return false;
    if (next_is(']')) return take(']');
    while (string(ignored)) {
      if (!next_is(',')) return take(']');
      ++at_;
    }
    return false;
  }

 private:
  bool stopped() {
    fault = LineFault::truncated;
    return false;
  }

  bool escape() {
    ++at_;
    if (at_ == text_.size()) return stopped();
    const char c = text_[at_++];
    if (c != 'u') return std::string_view("\"\\bfnrt").contains(c);
    for (int i = 0; i < 4; ++i, ++at_) {
      if (at_ == text_.size()) return stopped();
      if (!is_hex(text_[at_])) return false;
    }
    return true;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

bool number(std::string_view digits, std::uint64_t& out) {
  out = 0;
  for (const char c : digits) {
    if (!is_digit(c)) return false;
    if (__builtin_mul_overflow(out, 10u, &out) ||
        __builtin_add_overflow(out, static_cast<std::uint64_t>(c - '0'), &out))
      return false;
  }
  return !digits.empty();
}

bool is_hash(std::string_view text) {
  return text.size() == 64 && std::ranges::all_of(text, is_hex);
}

/// Reads members into a Line and holds them to the order of the format.
class Members {
 public:
  explicit Members(Line& line) : line_(line) {}

  bool read(Scanner& scanner) {
    std::string_view key;
    if (!scanner.string(key) || !scanner.take(':')) return false;
    if (count_++ == 0 && key != "ts") return false;
    if (!last_key_.empty() && last_key_ == "hash") return false;
    last_key_ = key;
    return value(scanner, key);
  }

  [[nodiscard]] bool complete() const {
    return last_key_ == "hash" && line_.version != 0 && line_.seq != 0 && !line_.kind.empty() &&
           is_hash(line_.prev) && is_hash(line_.hash) && (line_.gap.empty() || is_hash(line_.gap_sha256));
  }

 private:
  bool value(Scanner& scanner, std::string_view key) {
    if (scanner.next_is('"')) {
      std::string_view text;
      if (!scanner.string(text)) return false;
      std::string_view* const place = string_place(key);
      if (place == nullptr) return true;
      if (!place->empty()) return false;
      *place = text;
      return true;
    }
    if (scanner.next_is('[')) return scanner.strings();
    if (scanner.next_is('t')) return scanner.word("true");
    if (scanner.next_is('f')) return scanner.word("false");
    std::string_view digits;
    if (!scanner.integer(digits)) return false;
    std::uint64_t* const place = number_place(key);
    if (place == nullptr) return true;
    return *place == 0 && number(digits, *place);
  }

  std::string_view* string_place(std::string_view key) {
    if (key == "kind") return &line_.kind;
    if (key == "call") return &line_.call;
    if (key == "host") return &line_.host;
    if (key == "state") return &line_.state;
    if (key == "instance") return &line_.instance;
    if (key == "prev") return &line_.prev;
    if (key == "hash") return &line_.hash;
    if (key == "gap") return &line_.gap;
    if (key == "gap_sha256") return &line_.gap_sha256;
    return nullptr;
  }

  std::uint64_t* number_place(std::string_view key) {
    if (key == "v") return &line_.version;
    if (key == "seq") return &line_.seq;
    if (key == "gap_bytes") return &line_.gap_bytes;
    if (key == "gap_lines") return &line_.gap_lines;
    return nullptr;
  }

  Line& line_;
  std::string_view last_key_;
  int count_ = 0;
};

}  // namespace

std::expected<Line, LineFault> parse_line(std::string_view text) {
  Line line;
  Scanner scanner(text);
  Members members(line);
  if (!scanner.take('{')) return std::unexpected(scanner.fault);
  for (;;) {
    if (!members.read(scanner)) return std::unexpected(scanner.fault);
    if (scanner.next_is('}')) break;
    if (!scanner.take(',')) return std::unexpected(scanner.fault);
  }
  if (!scanner.take('}') || !scanner.at_end() || !members.complete())
    return std::unexpected(LineFault::malformed);
  return line;
}

bool hash_matches(std::string_view line, const Line& parsed, Sha256& sha) {
  return sha.update(line.substr(0, line.size() - hash_member_bytes - 1)).update("}").hex() == parsed.hash;
}

std::string seal(std::string& out, std::string_view body, const Gap* gap, std::uint64_t seq,
                 std::string_view prev, Sha256& sha) {
  const std::size_t start = out.size();
  out += body;
  if (gap != nullptr)
    out += fmt::format(R"(,"gap":"{}","gap_bytes":{},"gap_lines":{},"gap_sha256":"{}")", to_string(gap->kind),
                       gap->bytes, gap->lines, gap->sha256);
  out += fmt::format(R"(,"seq":{},"prev":"{}")", seq, prev);
  std::string hash = sha.update(std::string_view(out).substr(start)).update("}").hex();
  out.append(hash_opening).append(hash).append("\"}\n");
  return hash;
}

std::string_view to_string(Gap::Kind kind) {
  switch (kind) {
    case Gap::Kind::prefix:
      return "prefix";
    case Gap::Kind::cut_tail:
      return "cut_tail";
    case Gap::Kind::damage:
      return "damage";
    case Gap::Kind::missing:
      return "missing";
  }
  return "damage";
}

Step step_of(const Line& line) {
  if (line.call.empty()) return Step::none;
  if (line.kind == "begin") return Step::began;
  if (line.kind == "end" || line.kind == "orphaned") return Step::ended;
  if (line.kind == "approval" && line.state == "asked") return Step::asked;
  if (line.kind == "approval" && line.state == "approved") return Step::approved;
  if (line.kind == "approval" || line.kind == "refused") return Step::refused;
  return Step::none;
}

std::string pair_key(std::string_view call, std::string_view host) {
  std::string key;
  key.reserve(call.size() + host.size() + 1);
  return key.append(call).append("\n").append(host);
}

std::string Line::pair_key() const {
  return audit::pair_key(call, host);
}

}  // namespace mcpssh::audit
