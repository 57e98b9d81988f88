#include "guard/cli.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "guard/rules.hpp"

namespace mcpssh::guard {
namespace {

using Words = std::vector<std::string>;

/// A line that begins with these keywords. "wr|ite": "wr" and longer beginnings of "write"; "*x": anything
/// that ends in x; otherwise the whole word.
struct LineRule {
  std::string_view words;
  std::string_view rule;
  std::string_view what;
};

// Shortest forms as the devices take them: Cisco IOS, NX-OS, Arista EOS, Junos, PAN-OS, FortiOS, RouterOS,
// VRP, ArubaOS.
constexpr std::array rules{
    LineRule{"w|rite e|rase", "device.write-erase", "erases the start-up configuration"},
    LineRule{"er|ase st|artup-config", "device.erase-startup", "erases the start-up configuration"},
    LineRule{"er|ase nv|ram:", "device.erase-startup", "erases the start-up configuration"},
    LineRule{"clear startup-config", "device.erase-startup", "erases the start-up configuration"},
    LineRule{"rese|t sa|ved-configuration", "device.erase-startup", "erases the saved configuration"},
    LineRule{"del|ete *startup-config", "device.erase-startup", "erases the start-up configuration"},
    LineRule{"del|ete *:", "device.format", "erases a file system"},
    LineRule{"del|ete *:/", "device.format", "erases a file system"},
    LineRule{"disk form|at-drive", "device.format", "formats a disk"},
    LineRule{"exe|cute erase-disk", "device.format", "erases a disk"},
    LineRule{"clear conf|igure all", "device.factory-reset", "erases the configuration"},
    LineRule{"er|ase", "device.format", "erases a file system"},
    LineRule{"form|at", "device.format", "formats a file system"},
    LineRule{"exe|cute form|at", "device.format", "formats a disk"},
    LineRule{"exe|cute formatlogdisk", "device.format", "formats the log disk"},
    LineRule{"w|rite d|efault", "device.factory-reset", "writes the factory configuration"},
    LineRule{"factory-r|eset", "device.factory-reset", "resets the device to its factory state"},
    LineRule{"factory-d|efault", "device.factory-reset", "resets the device to its factory state"},
    LineRule{"factory reset", "device.factory-reset", "resets the device to its factory state"},
    LineRule{"restore factory-d|efault", "device.factory-reset", "resets the device to its factory state"},
    LineRule{"rese|t factory-c|onfiguration", "device.factory-reset",
             "resets the device to its factory state"},
    LineRule{"load factory-d|efault", "device.factory-reset", "loads the factory configuration"},
    LineRule{"req|uest sys|tem z|eroize", "device.factory-reset", "wipes the device"},
    LineRule{"req|uest sys|tem private-data-reset", "device.factory-reset", "wipes the device"},
    LineRule{"exe|cute factory|reset", "device.factory-reset", "resets the device to its factory state"},
    LineRule{"exe|cute factoryreset2", "device.factory-reset", "resets the device to its factory state"},
    LineRule{"sy|stem reset-c|onfiguration", "device.factory-reset",
             "resets the device to its factory state"},
    LineRule{"reset-c|onfiguration", "device.factory-reset", "resets the device to its factory state"},
    LineRule{"rel|oad", "power.reboot", "restarts the device"},
    LineRule{"reb|oot", "power.reboot", "restarts the device"},
    LineRule{"sy|stem reb|oot", "power.reboot", "restarts the device"},
    LineRule{"exe|cute reb|oot", "power.reboot", "restarts the device"},
    LineRule{"req|uest sys|tem reb|oot", "power.reboot", "restarts the device"},
    LineRule{"req|uest res|tart sys|tem", "power.reboot", "restarts the device"},
    LineRule{"shu|tdown", "power.shutdown", "stops the device or an interface"},
    LineRule{"powero|ff", "power.shutdown", "stops the device"},
    LineRule{"halt", "power.shutdown", "stops the device"},
    LineRule{"sy|stem shu|tdown", "power.shutdown", "stops the device"},
    LineRule{"exe|cute shu|tdown", "power.shutdown", "stops the device"},
    LineRule{"req|uest sys|tem ha|lt", "power.shutdown", "stops the device"},
    LineRule{"req|uest sys|tem pow|er-off", "power.shutdown", "stops the device"},
    LineRule{"req|uest sys|tem power-d|own", "power.shutdown", "stops the device"},
    LineRule{"req|uest shu|tdown sys|tem", "power.shutdown", "stops the device"},
    LineRule{"tclsh", "device.foreign-code", "opens a script shell"},
    LineRule{"bash", "device.foreign-code", "opens a shell"},
    LineRule{"guestshell", "device.foreign-code", "opens a shell"},
    LineRule{"python", "device.foreign-code", "runs a script"},
    LineRule{"python3", "device.foreign-code", "runs a script"},
    LineRule{"start shell", "device.foreign-code", "opens a shell"},
    LineRule{"run bash", "device.foreign-code", "opens a shell"},
    LineRule{"op url", "device.foreign-code", "runs a script from the network"},
    LineRule{":execute", "device.foreign-code", "runs a script"},
    LineRule{"import", "device.foreign-code", "runs a script"},
};

constexpr std::array<std::string_view, 6> read_words{"sh|ow", "dis|play", "get",
                                                     "print", "pi|ng",    "trace|route"};
constexpr std::array<std::string_view, 6> data_words{"desc|ription", "rem|ark", "name", "ban|ner", "!", "#"};
constexpr std::array<std::string_view, 14> display_filters{
    "i|nclude", "e|xclude", "b|egin", "sec|tion", "c|ount", "no-more",  "json",
    "xml",      "match",    "except", "last",     "grep",   "dis|play", "head"};

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

bool matches(std::string_view typed, std::string_view keyword) {
  if (keyword.starts_with('*')) return typed.ends_with(keyword.substr(1));
  const auto bar = keyword.find('|');
  if (bar == std::string_view::npos) return typed == keyword;
  std::string whole(keyword.substr(0, bar));
  whole += keyword.substr(bar + 1);
  return typed.size() >= bar && whole.starts_with(typed);
}

/// Whether `words` begin with the keywords of `pattern`. Options such as /force between them do not count;
/// "nvram:" also takes the path behind it.
bool begins_with(const Words& words, std::string_view pattern) {
  std::size_t at = 0;
  for (const std::string_view keyword : base::split(pattern, ' ')) {
    while (at > 0 && at < words.size() && words[at].starts_with('/')) ++at;
    if (at >= words.size()) return false;
    const bool path = keyword == "nv|ram:" && words[at].starts_with("nvram:");
    if (!path && !matches(words[at], keyword)) return false;
    ++at;
  }
  return true;
}

bool is_any(std::string_view word, const auto& keywords) {
  return std::ranges::any_of(keywords, [&](std::string_view keyword) { return matches(word, keyword); });
}

/// One line, without quotes and in lower case, "/system/reboot" taken apart.
Words split_words(std::string_view line) {
  Words out;
  std::string word;
  bool quoted = false;
  const auto flush = [&] {
    if (!word.empty()) out.push_back(lower(word));
    word.clear();
  };
  for (const char c : line) {
    if (c == '"')
      quoted = !quoted;
    else if (!quoted && (c == ' ' || c == '\t'))
      flush();
    else
      word += c;
  }
  flush();
  if (out.empty() || !out[0].starts_with('/')) return out;
  Words path;
  for (const std::string_view part : base::split(out[0], '/'))
    if (!part.empty()) path.emplace_back(part);
  path.insert(path.end(), out.begin() + 1, out.end());
  return path;
}

/// Splits at newlines, and at ";", "{", "}" and "[" outside quotes (NX-OS, RouterOS).
std::vector<Span> split_lines(std::string_view text) {
  std::vector<Span> out;
  std::size_t start = 0;
  bool quoted = false;
  for (std::size_t at = 0; at <= text.size(); ++at) {
    const char c = at < text.size() ? text[at] : '\n';
    if (c == '"') quoted = !quoted;
    const bool ends = c == '\n' || (!quoted && (c == ';' || c == '{' || c == '}' || c == '['));
    if (!ends) continue;
    if (c == '\n') quoted = false;
    if (!base::trim(text.substr(start, at - start)).empty()) out.push_back({start, at});
    start = at + 1;
  }
  return out;
}

/// A read keyword, then only display filters behind pipes.
bool only_shows(const Words& words, std::string_view line) {
  if (line.find_first_of("><;{}[]$`\\&") != std::string_view::npos) return false;
  const bool prints = std::ranges::find(words, "print") != words.end() && line.starts_with('/');
  if (!is_any(words[0], read_words) && !prints) return false;
  if (prints && std::ranges::any_of(words, [](std::string_view w) { return w.starts_with("file="); }))
    return false;
  for (std::size_t at = 0; at < words.size(); ++at) {
    const auto pipe = words[at].find('|');
    if (pipe == std::string::npos) continue;
    const auto filter = pipe + 1 < words[at].size() ? std::string_view(words[at]).substr(pipe + 1)
                        : at + 1 < words.size()     ? std::string_view(words[at + 1])
                                                    : std::string_view();
    if (!is_any(filter, display_filters) || filter.contains('|')) return false;
  }
  return true;
}

class CliReader {
 public:
  explicit CliReader(Reading& out) : out_(out) {}

  void line(std::string_view text, Span span, int depth) {
    const auto trimmed = base::trim(text);
    Words words = split_words(trimmed);
    if (words.empty()) return;
    if (depth == 0) record(words, trimmed);
    if (is_any(words[0], data_words)) return;
    // "do reload", "run request system reboot": another mode's command. FortiOS reads "exec" as execute.
    while (!check(words, trimmed, span)) {
      carried(words, span, depth);
      const bool prefix = words[0] == "do" || words[0] == "run" || words[0] == "exec";
      if (words.size() < 2 || !prefix) return;
      words.erase(words.begin());
    }
  }

 private:
  void record(const Words& words, std::string_view line) {
    SimpleCommand command;
    command.canonical = base::join(words_of(line), " ");
    command.cli_read = only_shows(words, line);
    out_.commands.push_back(std::move(command));
  }

  static Words words_of(std::string_view line) {
    Words out;
    for (const std::string_view part : base::split(line, ' '))
      if (!base::trim(part).empty()) out.emplace_back(base::trim(part));
    return out;
  }

  bool check(const Words& words, std::string_view line, Span span) {
    if (words.size() > 1 && matches(words[0], "rel|oad") && matches(words[1], "c|ancel")) return false;
    for (const LineRule& rule : rules) {
      if (!begins_with(words, rule.words)) continue;
      out_.findings.push_back(
          finding(rule.rule, fmt::format("\"{}\" {}", base::printable(line, 60), rule.what), span));
      return true;
    }
    return false;
  }

  /// Lines that carry a command for later: aliases, event handlers, schedules.
  void carried(const Words& words, Span span, int depth) {
    if (depth >= limits::depth) return;
    std::size_t from = 0;
    if (words[0] == "alias" && words.size() > 3) from = 3;
    for (std::size_t at = 0; at + 2 < words.size() && words[0] == "action"; ++at)
      if (words[at] == "cli" && words[at + 1] == "command") from = at + 2;
    if (words[0] == "cli" && words.size() > 1) from = words[1] == "command" ? 2 : 1;
    if (from > 0 && from < words.size())
      line(base::join(Words(words.begin() + static_cast<std::ptrdiff_t>(from), words.end()), " "), span,
           depth + 1);
    if (words[0] == "execute" || words[0] == ":execute")
      for (const std::string& word : words)
        if (word.starts_with('/')) line(word, span, depth + 1);
    for (const std::string& word : words)
      for (const std::string_view key : {"on-event=", "source=", "script="})
        if (word.starts_with(key)) line(std::string_view(word).substr(key.size()), span, depth + 1);
  }

  Reading& out_;
};

}  // namespace

Reading read_cli(std::string_view text) {
  Reading out;
  CliReader reader(out);
  for (const Span& span : split_lines(text))
    reader.line(text.substr(span.begin, span.end - span.begin), span, 0);
  return out;
}

}  // namespace mcpssh::guard
