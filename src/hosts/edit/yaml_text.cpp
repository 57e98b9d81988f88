#include "hosts/edit/yaml_text.hpp"

#include <algorithm>

namespace mcpssh::hosts {
namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}
bool is_space(char c) {
  return is_blank(c) || c == '\n' || c == '\r';
}
bool opens(char c) {
  return c == '[' || c == '{';
}
bool closes(char c) {
  return c == ']' || c == '}';
}

}  // namespace

std::string_view YamlText::line_break() const {
  const auto end = text_.find('\n');
  return end != std::string_view::npos && end > 0 && text_[end - 1] == '\r' ? "\r\n" : "\n";
}

std::size_t YamlText::line_begin(std::size_t at) const {
  if (at == 0) return 0;
  const auto before = text_.rfind('\n', at - 1);
  return before == std::string_view::npos ? 0 : before + 1;
}

std::size_t YamlText::line_end(std::size_t at) const {
  const auto end = text_.find('\n', at);
  return end == std::string_view::npos ? text_.size() : end + 1;
}

std::size_t YamlText::line_content_end(std::size_t at) const {
  std::size_t end = std::min(text_.find('\n', at), text_.size());
  if (end > at && text_[end - 1] == '\r') --end;
  return end;
}

std::size_t YamlText::indentation(std::size_t where) const {
  const std::size_t begin = line_begin(where);
  return skip_blanks(begin) - begin;
}

std::size_t YamlText::skip_blanks(std::size_t from) const {
  while (from < text_.size() && is_blank(text_[from])) ++from;
  return from;
}

bool YamlText::blank_line(std::size_t where) const {
  return skip_blanks(line_begin(where)) >= line_content_end(where);
}

bool YamlText::only_comment_follows(std::size_t where) const {
  const std::size_t next = skip_blanks(where);
  return next >= line_content_end(where) || (text_[next] == '#' && next > where);
}

std::size_t YamlText::skip_properties(std::size_t from) const {
  while (at(from) == '&' || at(from) == '!') {
    while (!is_space(at(from))) ++from;
    from = skip_blanks(from);
  }
  return from;
}

std::size_t YamlText::quoted_end(std::size_t from) const {
  const char quote = text_[from];
  for (std::size_t i = from + 1; i < text_.size(); ++i) {
    if (quote == '"' && text_[i] == '\\') {
      ++i;
    } else if (text_[i] == quote) {
      if (quote == '\'' && at(i + 1) == '\'')
        ++i;
      else
        return i + 1;
    }
  }
  return text_.size();
}

bool YamlText::colon_ends_key(std::size_t where) const {
  const char next = at(where + 1);
  return at(where) == ':' && (is_space(next) || next == ',' || opens(next) || closes(next));
}

std::size_t YamlText::key_end(std::size_t from) const {
  std::size_t i = skip_properties(from);
  if (at(i) == '"' || at(i) == '\'') return quoted_end(i);
  const std::size_t line = line_content_end(i);
  const std::size_t begin = i;
  while (i < line && !colon_ends_key(i) && at(i) != ',' && !closes(at(i))) ++i;
  while (i > begin && is_blank(text_[i - 1])) --i;
  return i;
}

std::size_t YamlText::after_colon(std::size_t from) const {
  const std::size_t i = skip_blanks(key_end(from));
  return at(i) == ':' ? i + 1 : YamlSpot::nowhere;
}

std::size_t YamlText::inline_end(const YamlSpot& value) const {
  if (value.is_collection()) return value.flow ? flow_end(value.begin) : YamlSpot::nowhere;
  std::size_t i = skip_properties(value.begin);
  if (at(i) == '|' || at(i) == '>') return YamlSpot::nowhere;
  if (at(i) == '"' || at(i) == '\'') return quoted_end(i);
  const std::size_t line = line_content_end(i);
  while (i < line && !(text_[i] == '#' && is_blank(text_[i - 1]))) ++i;
  while (i > value.begin && is_blank(text_[i - 1])) --i;
  return i;
}

std::size_t YamlText::flow_item_end(std::size_t from) const {
  std::size_t depth = 0, end = from;
  bool fresh = true;  // a value may start here, so a quote opens a text
  for (std::size_t i = from; i < text_.size();) {
    const char c = text_[i];
    if (depth == 0 && (c == ',' || closes(c))) break;
    if (is_space(c)) {
      ++i;
      continue;
    }
    if (c == '#' && i > 0 && is_space(text_[i - 1])) {
      i = line_end(i);
      continue;
    }
    if (fresh && (c == '&' || c == '!')) {
      i = skip_properties(i);
    } else if (fresh && (c == '"' || c == '\'')) {
      i = quoted_end(i);
      fresh = false;
    } else {
      if (opens(c)) ++depth;
      if (closes(c)) --depth;
      fresh = opens(c) || c == ',' || colon_ends_key(i) ||
              (c == ':' && i > 0 && (text_[i - 1] == '"' || text_[i - 1] == '\''));
      ++i;
    }
    end = i;
  }
  return end;
}

std::size_t YamlText::flow_end(std::size_t from) const {
  std::size_t i = skip_properties(from);
  if (!opens(at(i))) return YamlSpot::nowhere;
  for (++i; i < text_.size();) {
    i = flow_item_end(i);
    while (i < text_.size() && !closes(text_[i]) && text_[i] != ',')
      i = text_[i] == '#' ? line_end(i) : i + 1;
    if (i < text_.size() && closes(text_[i])) return i + 1;
    ++i;
  }
  return YamlSpot::nowhere;
}

std::size_t YamlText::entry_end(std::size_t key, std::size_t limit) const {
  const std::size_t column = indentation(key);
  std::size_t end = limit;
  while (end > line_end(key)) {
    const std::size_t line = line_begin(end - 1);
    const std::size_t first = skip_blanks(line);
    const bool foreign_comment = at(first) == '#' && first < text_.size() && first - line <= column;
    if (!blank_line(line) && !foreign_comment) break;
    end = line;
  }
  return end;
}

std::size_t YamlText::document_end(std::size_t begin) const {
  for (std::size_t line = line_end(begin); line < text_.size(); line = line_end(line)) {
    const auto mark = text_.substr(line, 3);
    if ((mark == "..." || mark == "---") && is_space(at(line + 3))) return line;
  }
  return text_.size();
}

}  // namespace mcpssh::hosts
