// Programs that run a program of their own over text: sed, awk, jq.
#include <algorithm>
#include <array>

#include "guard/programs/languages.hpp"
#include "guard/programs/loose_options.hpp"
#include "guard/programs/telling.hpp"
#include "guard/shell/words.hpp"

namespace mcpssh::guard {
namespace {

/// Filters that set: of yq, dasel and their kind without -i they only print.
void judge_in_place(const Call& call, const OptionTable& table, std::string_view in_place,
                    std::size_t filters) {
  const Options options = read_loosely(call.words, table);
  const bool writes = has_any(options, in_place);
  const bool from_file = has_any(options, "f from-file expression");
  for (const Field& file : operands_of(options, from_file ? 0 : filters)) {
    if (writes)
      writes_file(call, file, Writing::change);
    else
      reads_file(call, file);
  }
}

/// crudini --set FILE section key value.
void judge_crudini(const Call& call) {
  constexpr OptionTable table{"", "", "get set del merge existing inplace verbose list help version format",
                              ""};
  const Options options = read_loosely(call.words, table);
  if (options.operands.empty()) return;
  if (has_any(options, "set del merge"))
    writes_file(call, options.operands[0], Writing::change);
  else
    reads_file(call, options.operands[0]);
}

void judge_xmlstarlet(const Call& call) {
  const Options options = read_loosely(call.words, {"LSPORC", "", "inplace", ""});
  const bool edits = known_operand(options, 0) == "ed" || known_operand(options, 0) == "edit";
  for (const Field& file : operands_of(options, 1)) {
    if (edits && has_any(options, "L inplace"))
      writes_file(call, file, Writing::change);
    else
      reads_file(call, file);
  }
}

void judge_dasel(const Call& call) {
  const Options options =
      read_loosely(call.words, {"", "fsvtrwopm", "", "file selector value type read write out"});
  const bool changes = known_operand(options, 0) == "put" || known_operand(options, 0) == "delete";
  const Field* file = options.find("f");
  if (file == nullptr) file = options.find("file");
  if (file == nullptr) return;
  if (changes)
    writes_file(call, *file, Writing::change);
  else
    reads_file(call, *file);
}

/// mlr reads files; its verbs tee, split, "put -q 'tee > ...'" and --prepipe do more.
void judge_mlr(const Call& call) {
  for (std::size_t i = 1; i < call.words.size(); ++i) {
    const std::string_view text = call.words[i].text();
    if (text.starts_with("--prepipe") || text.contains("system(") || text.contains("exec("))
      return call.does("shell.foreign-code", "mlr runs another program");
    if (text == "-I" || text == "tee" || text == "split" || text.contains("tee >") ||
        text.contains("print >") || text.contains("dump >"))
      return call.does("fs.write", "mlr writes files");
  }
}

constexpr std::array rows{
    Program{.names = "sed gsed ssed", .judge = judge_sed},
    Program{.names = "awk gawk mawk nawk original-awk goawk bwk igawk", .judge = judge_awk},
    Program{.names = "jq gojq jaq", .judge = judge_jq},
    Program{.names = "yq xq tomlq", .judge = judge_yq},
    Program{.names = "crudini", .judge = judge_crudini},
    Program{.names = "xmlstarlet xml", .judge = judge_xmlstarlet},
    Program{.names = "dasel", .judge = judge_dasel},
    Program{.names = "mlr miller", .judge = judge_mlr},
    Program{.names = "augtool", .rule = "shell.foreign-code", .any_option = true},
    Program{.names = "m4", .rule = "shell.script", .any_option = true},
};

}  // namespace

/// A jq program computes and prints; nothing of it runs or writes (jq 1.7).
void judge_jq(const Call& call) {
  constexpr OptionTable table{
      "rRncCsSaMejf", "L",
      "null-input raw-input slurp compact-output raw-output join-output ascii-output "
      "color-output monochrome-output sort-keys tab unbuffered stream seq exit-status "
      "raw-output0 args jsonargs help version",
      "indent from-file"};
  const Options options = read_loosely(call.words, table);
  // "--rawfile name file": two words that the option reader takes for operands.
  for (std::size_t i = 1; i + 2 < call.words.size(); ++i)
    if (call.words[i].text() == "--rawfile" || call.words[i].text() == "--slurpfile")
      reads_file(call, call.words[i + 2]);
  if (!options.has("args") && !options.has("jsonargs"))
    for (const Field& file : operands_of(options, 1)) reads_file(call, file);
}

void judge_yq(const Call& call) {
  constexpr OptionTable table{
      "iIneNPMCrjcsyYtw", "opf",
      "inplace in-place null-input exit-status no-doc prettyPrint no-colors colors unwrapScalar",
      "output-format input-format front-matter from-file indent"};
  for (const Field& word : call.words)
    if (word.text() == "-s" || word.text().starts_with("--split-exp"))
      call.does("fs.write", "yq writes a file for each result");
  judge_in_place(call, table, "i inplace in-place", 1);
}

std::span<const Program> stream_programs() {
  return rows;
}

}  // namespace mcpssh::guard
