#include "base/json.hpp"

#include <array>
#include <boost/json/basic_parser_impl.hpp>
#include <cstring>
#include <vector>

#include "base/limits.hpp"

namespace mcpssh::base {
namespace {

/// Boost.JSON keeps the last of two equal keys; two readers could then disagree about one message, so we
/// refuse.
bool has_duplicate_keys(std::string_view text, const json::storage_ptr& storage);

}  // namespace

std::expected<json::value, Error> parse_json(std::string_view text, json::storage_ptr storage) {
  if (text.size() > limits::message_bytes)
    return std::unexpected(Error(ErrorCode::limit_reached, "the JSON text is longer than 4 MiB"));
  json::parse_options options;
  options.max_depth = limits::json_depth;
  boost::system::error_code failure;
  // As json::parse does it, which would leave strings on the stack.
  std::array<unsigned char, 4096> scratch;
  json::value value(storage);  // of another storage it would be given a copy, not the value itself
  {
    json::parser parser(storage, options, scratch.data(), scratch.size());
    parser.reset(storage);
    parser.write(text, failure);
    if (!failure) value = parser.release();
  }
  ::explicit_bzero(scratch.data(), scratch.size());
  if (failure)
    return std::unexpected(Error(ErrorCode::protocol_error, "not valid JSON: " + failure.message()));
  if (has_duplicate_keys(text, storage))
    return std::unexpected(Error(ErrorCode::protocol_error, "a JSON object names the same key twice"));
  return value;
}

std::optional<std::string> find_string(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  if (value == nullptr || !value->is_string()) return std::nullopt;
  return std::string(value->get_string());
}

const json::object* find_object(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value == nullptr ? nullptr : value->if_object();
}

namespace {

/// Counts keys as a basic_parser sees them and compares with what each object kept.
class KeyCounter {
 public:
  static constexpr std::size_t max_object_size = std::size_t(-1);
  static constexpr std::size_t max_array_size = std::size_t(-1);
  static constexpr std::size_t max_key_size = std::size_t(-1);
  static constexpr std::size_t max_string_size = std::size_t(-1);
  using error_code = boost::system::error_code;

  explicit KeyCounter(json::storage_ptr storage) : storage_(std::move(storage)) {}

  bool duplicate = false;

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }
  bool on_object_begin(error_code&) {
    open_.emplace_back(storage_);
    return true;
  }
  bool on_object_end(std::size_t, error_code&) {
    open_.pop_back();
    return true;
  }
  bool on_array_begin(error_code&) { return true; }
  bool on_array_end(std::size_t, error_code&) { return true; }
  bool on_key_part(std::string_view part, std::size_t, error_code&) {
    key_.append(part);
    return true;
  }
  bool on_key(std::string_view part, std::size_t, error_code&) {
    key_.append(part);
    if (!open_.back().emplace(key_, nullptr).second) duplicate = true;
    key_.clear();
    return !duplicate;
  }
  bool on_string_part(std::string_view, std::size_t, error_code&) { return true; }
  bool on_string(std::string_view, std::size_t, error_code&) { return true; }
  bool on_number_part(std::string_view, error_code&) { return true; }
  bool on_int64(std::int64_t, std::string_view, error_code&) { return true; }
  bool on_uint64(std::uint64_t, std::string_view, error_code&) { return true; }
  bool on_double(double, std::string_view, error_code&) { return true; }
  bool on_bool(bool, error_code&) { return true; }
  bool on_null(error_code&) { return true; }
  bool on_comment_part(std::string_view, error_code&) { return true; }
  bool on_comment(std::string_view, error_code&) { return true; }

 private:
  json::storage_ptr storage_;
  std::vector<json::object> open_;
  json::string key_{storage_};
};

bool has_duplicate_keys(std::string_view text, const json::storage_ptr& storage) {
  json::parse_options options;
  options.max_depth = limits::json_depth;
  json::basic_parser<KeyCounter> parser(options, storage);
  boost::system::error_code failure;
  parser.write_some(false, text.data(), text.size(), failure);
  return parser.handler().duplicate;
}

}  // namespace

}  // namespace mcpssh::base
