// Programs that read text and print text. Those with a language of their own: stream_programs.cpp.
#include <fmt/format.h>

#include <array>

#include "base/text.hpp"
#include "guard/programs/loose_options.hpp"
#include "guard/programs/telling.hpp"
#include "guard/shell/words.hpp"

namespace mcpssh::guard {
namespace {

using Value = OptionEffect::Value;

/// Below a directory only files of these names are searched (--include, -g).
void searches_named(const Call& call, const Options& options, const Field& directory) {
  for (const Option& option : options.options) {
    if (!has_name("include glob g", option.name) || option.value.text().starts_with('!')) continue;
    if (auto secret = secret_found(directory, call.directory, {option.value, false, false}))
      searches_file(call, *secret);
  }
}

/// grep and its kind: a pattern, then files.
void judge_grep(const Call& call) {
  constexpr OptionTable table{
      "acbhHiIlLnoqrRsvwxyEFGPzTUuZSNpj0", "efmABCDdgtMO",
      "ignore-case no-ignore-case invert-match word-regexp line-regexp count files-with-matches "
      "files-without-match "
      "only-matching quiet silent no-messages line-number with-filename no-filename recursive null text "
      "extended-regexp fixed-strings basic-regexp perl-regexp line-buffered help version hidden files json",
      "regexp file max-count after-context before-context context include exclude exclude-from exclude-dir "
      "color colour "
      "binary-files devices directories label group-separator glob type pre pre-glob hostname-bin pager sort "
      "threads"};
  const Options options = read_loosely(call.words, table);
  bool pattern_given = has_any(options, "e regexp f file files type-list");
  for (const Option& option : options.options) {
    if (has_name("pre hostname-bin pager", option.name) && !option.value.empty()) call.out.runs(option.value);
    if (has_name("f file", option.name)) reads_file(call, option.value);
  }
  for (const Field& operand : options.operands) {
    if (pattern_given) {
      searches_file(call, operand);
      searches_named(call, options, operand);
    } else {
      pattern_given = true;
    }
  }
}

/// uniq IN OUT, xxd IN OUT and their kind.
void judge_in_out(const Call& call) {
  constexpr OptionTable table{"cdDiuzbeEpPrgT", "fswclonRN", "", ""};
  const Options options = read_loosely(call.words, table);
  for (std::size_t i = 0; i < options.operands.size(); ++i) {
    if (i == 0)
      reads_file(call, options.operands[i]);
    else
      writes_file(call, options.operands[i], Writing::replace);
  }
}

/// Programs that edit the files they are given.
void judge_converter(const Call& call) {
  constexpr OptionTable table{"bfhikloqrsuOeVLFASTvm", "cDnN", "", "convmode info newfile"};
  const Options options = read_loosely(call.words, table);
  if (has_any(options, "i info h help V version O to-stdout")) return reads_operands(call, options);
  writes_all(call, options.operands, Writing::change);
  if (const Field* made = options.find("n"); made != nullptr) writes_file(call, *made, Writing::replace);
}

/// split and csplit make files called x*.
void judge_split(const Call& call) {
  constexpr OptionTable table{
      "dxeukszqV", "abClnftp",
      "elide-empty-files unbuffered verbose quiet silent keep-files suppress-matched help version",
      "suffix-length additional-suffix bytes line-bytes lines number separator filter "
      "numeric-suffixes hex-suffixes prefix suffix-format digits"};
  if (call.only_help()) return;
  const Options options = options_of(call, table);
  if (const Field* filter = options.find("filter"); filter != nullptr) call.out.runs(*filter);
  if (!options.operands.empty()) reads_file(call, options.operands[0]);
  const bool by_lines = call.name == "csplit";
  const Field* prefix = by_lines ? options.find("f") : nullptr;
  Field made = prefix != nullptr ? *prefix : Field("x");
  if (!by_lines && options.operands.size() > 1) made = options.operands[1];
  writes_file(call, made, Writing::replace);
}

/// pee runs each of its words as code.
void judge_pee(const Call& call) {
  for (std::size_t i = 1; i < call.words.size(); ++i)
    if (!call.words[i].known_prefix().starts_with("--")) call.out.runs(call.words[i]);
}

/// "!" of dc starts a shell.
void judge_dc(const Call& call) {
  if (call.only_help()) return;
  const std::string* input = call.out.input_text();
  const bool shell =
      (input != nullptr && input->contains('!')) ||
      std::ranges::any_of(call.words, [](const Field& word) { return word.text().contains('!'); });
  if (shell) return call.does("shell.foreign-code", "dc runs commands behind \"!\"");
  reads_operands(call, read_loosely(call.words, {"", "ef", "", "expression file"}));
}

constexpr std::array sort_effects{
    OptionEffect{"o output", Value::written},
    OptionEffect{"compress-program", Value::code},
    OptionEffect{"files0-from random-source", Value::read},
};
constexpr std::array output_effects{OptionEffect{"o output output-file out", Value::written}};
constexpr std::array reader_effects{
    OptionEffect{"diff-program pager", Value::code},
    OptionEffect{"to-file from-file", Value::read},
};
constexpr std::array highlight_effects{OptionEffect{"x", Value::nothing, "shell.script"},
                                       OptionEffect{"o", Value::written}};
constexpr std::array deep_effects{OptionEffect{"W", Value::written}, OptionEffect{"f k", Value::read}};
constexpr std::array cfv_effects{OptionEffect{"C", Value::nothing, "fs.write"}};
constexpr std::array list_effects{OptionEffect{"files0-from", Value::read}};
constexpr std::array pandoc_effects{
    OptionEffect{"output o log", Value::written},
    OptionEffect{"filter F lua-filter L", Value::nothing, "shell.script"},
    OptionEffect{"pdf-engine", Value::nothing, "shell.script"},
    OptionEffect{"extract-media", Value::written},
};
constexpr std::array in_place_effects{
    OptionEffect{"i in-place inplace m modify e exec w write", Value::nothing, "fs.write"}};
constexpr std::array xml_effects{OptionEffect{"output o", Value::written},
                                 OptionEffect{"shell", Value::nothing, "shell.interactive"}};
constexpr std::array pv_effects{OptionEffect{"o output", Value::written}};

constexpr std::array rows{
    Program{.names =
                "cat tac nl rev cut paste comm join cmp fold fmt pr expand unexpand od hexdump hd "
                "strings base64 base32 basenc look column col colrm colcrt ul tsort zcat bzcat xzcat lzcat "
                "zstdcat "
                "lz4cat gzcat zcmp numfmt vis unvis wdiff "
                "highlight jo isutf8 combine hexyl csvcut "
                "csvlook csvstat csvgrep csvsort csvjson in2csv gron catdoc "
                "antiword rot13 cal ncal units banner figlet toilet cowsay lolcat dwdiff delta diffstat "
                "ansifilter ansi2html txt2html markdown htmlq pup datamash recsel",
            .any_option = true,
            .operands = Operands::read},
    Program{.names = "diff diff3 zdiff xzdiff bzdiff colordiff icdiff bat batcat",
            .options = {"", "", "", "diff-program pager to-file from-file"},
            .any_option = true,
            .option_effects = reader_effects,
            .operands = Operands::read},
    Program{.names = "pygmentize",
            .options = {"xgsNVh", "lfFOPoSC", "", ""},
            .any_option = true,
            .option_effects = highlight_effects,
            .operands = Operands::read},
    Program{.names = "head tail",
            .options = {"fqvzFr", "cnsb", "follow quiet verbose zero-terminated retry",
                        "bytes lines pid sleep-interval max-unchanged-stats"},
            .any_option = true,
            .operands = Operands::read},
    // They show sums and sizes, nothing of what is inside.
    Program{.names = "wc md5sum sha1sum sha224sum sha256sum sha384sum sha512sum b2sum b3sum cksum sum crc32 "
                     "md5 shasum "
                     "sha256 xxhsum xxh64sum xxh128sum rhash",
            .options = {"", "", "", "files0-from"},
            .any_option = true,
            .option_effects = list_effects},
    Program{.names = "hashdeep md5deep sha1deep sha256deep whirlpooldeep tigerdeep",
            .options = {"abBcdeFhjlnqrsStvVwxXz0", "cfiIkKmMopW", "", ""},
            .any_option = true,
            .option_effects = deep_effects},
    Program{.names = "cfv",
            .options = {"CnrmuivVqQ", "tfpb", "", ""},
            .any_option = true,
            .option_effects = cfv_effects},
    Program{.names = "tr seq yes expr factor jot numsum errno ts sleep basename dirname "
                     "clear reset tput tty cowthink fortune sl cmatrix uuidgen uuid "
                     "pwgen apg xkcdpass mcookie ascii gettext ngettext envsubst "
                     "pathchk getopt bc",
            .any_option = true},
    Program{
        .names =
            "grep egrep fgrep rgrep zgrep zegrep zfgrep bzgrep bzegrep bzfgrep xzgrep xzegrep xzfgrep lzgrep "
            "zstdgrep rg ag ack ack-grep pcregrep pcre2grep ugrep ug agrep sift pt",
        .judge = judge_grep},
    Program{.names = "uniq xxd", .judge = judge_in_out},
    Program{.names = "sort",
            .options =
                {"bdfghiMnRrVcCmsuz", "kSTto",
                 "ignore-leading-blanks dictionary-order ignore-case general-numeric-sort human-numeric-sort "
                 "month-sort ignore-nonprinting numeric-sort random-sort reverse version-sort merge stable "
                 "unique "
                 "zero-terminated check debug help version",
                 "key buffer-size temporary-directory field-separator output compress-program files0-from "
                 "parallel "
                 "batch-size random-source sort"},
            .option_effects = sort_effects,
            .operands = Operands::read},
    Program{.names = "shuf iconv nroff groff troff soelim sdiff ippfind",
            .options = {"ezrcsltkwabdiB", "iotfnT", "echo repeat",
                        "input-range head-count output random-source "
                        "from-code to-code"},
            .any_option = true,
            .option_effects = output_effects,
            .operands = Operands::read},
    Program{.names = "dos2unix unix2dos mac2unix unix2mac fromdos todos recode flip detox",
            .judge = judge_converter},
    Program{.names = "split csplit", .judge = judge_split},
    Program{.names = "pee", .judge = judge_pee},
    Program{.names = "dc", .judge = judge_dc},
    Program{.names = "xmllint xmlwf html2text html2markdown rst2html lowdown cmark",
            .any_option = true,
            .option_effects = xml_effects,
            .operands = Operands::read},
    Program{
        .names = "pandoc",
        .options = {"s", "oftrwFLMVH", "", "output filter lua-filter from to log pdf-engine extract-media"},
        .any_option = true,
        .option_effects = pandoc_effects,
        .operands = Operands::read},
    Program{.names = "tidy yamlfmt jsonlint yamllint json_pp json_xs json_reformat shfmt",
            .options = {"imw", "", "in-place inplace modify write", ""},
            .any_option = true,
            .option_effects = in_place_effects,
            .operands = Operands::read},
    Program{.names = "aspell hunspell ispell", .rule = "shell.interactive", .any_option = true},
    Program{.names = "pv buffer mbuffer throttle",
            .options = {"", "oi", "", "output"},
            .any_option = true,
            .option_effects = pv_effects,
            .operands = Operands::read},
};

}  // namespace

std::span<const Program> text_programs() {
  return rows;
}

}  // namespace mcpssh::guard
