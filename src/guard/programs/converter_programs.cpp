// Programs that make one document, picture or recording of another, and write it where their operands say.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "guard/programs/loose_options.hpp"
#include "guard/programs/telling.hpp"
#include "guard/shell/words.hpp"

namespace mcpssh::guard {
namespace {

using Value = OptionEffect::Value;

/// What -o and its kin name, in the spellings of these programs.
void judge_named_output(const Call& call) {
  constexpr std::string_view names =
      "-o --output --outfile -outfile --out --output-file --outdir --output-dir -O --output-directory "
      "--to-file";
  for (std::size_t i = 1; i < call.words.size(); ++i) {
    const std::string_view text = call.words[i].known_prefix();
    const auto equals = text.find('=');
    if (equals != std::string_view::npos && has_name(names, text.substr(0, equals)))
      writes_file(call, call.words[i].substr(equals + 1), Writing::replace);
    else if (has_name(names, text) && i + 1 < call.words.size())
      writes_file(call, call.words[i + 1], Writing::replace);
    else if (text.starts_with("-o/"))
      writes_file(call, call.words[i].substr(2), Writing::replace);
  }
}

/// They write their last operand, or a file beside it.
void judge_converter(const Call& call) {
  if (call.only_help() || call.words.size() < 2) return;
  for (const Field& word : call.words)
    if (word.text().starts_with("msl:") || word.text().starts_with("ephemeral:"))
      return call.does("shell.script", "an image script runs");
  const bool postscript =
      call.name.starts_with("ps2") || call.name.starts_with("eps") || call.name == "pdf2ps";
  for (const Field& word : tail(call.words, 1)) {
    // SoX runs what stands behind the bar; ghostscript's kin hand their options on to it.
    if (word.text().starts_with('|')) return call.out.runs(word.substr(1));
    if (word.text().contains("%pipe%") || (postscript && has_name("-dNOSAFER -dDELAYSAFER -c", word.text())))
      return call.does("shell.foreign-code", fmt::format("{} runs code", call.name));
  }
  judge_named_output(call);
  const Field& last = call.words.back();
  if (last.known_prefix().starts_with('-') && last.size() > 1) return;
  writes_file(call, last, Writing::replace);
}

/// PROGRAM IN [OUT]; without OUT the text is printed.
void judge_in_out(const Call& call) {
  constexpr OptionTable table{"aGhvteimpq", "sndcfIELS", "all help version traditional",
                              "sheet sheetname delimiter lineterminator dateformat timeformat floatformat "
                              "outputencoding include_sheet_pattern exclude_sheet_pattern"};
  const Options options = read_loosely(call.words, table);
  for (const Field& word : tail(call.words, 1)) {
    constexpr auto loading =
        std::to_array<std::string_view>({"-fplugin", "-B", "-wrapper", "-specs", "--specs"});
    const auto loads = [&](std::string_view one) { return word.text().starts_with(one); };
    if (call.name == "cpp" && std::ranges::any_of(loading, loads))
      return call.does("shell.unknown-option", "cpp with programs or libraries from elsewhere");
  }
  judge_named_output(call);
  if (!options.operands.empty()) reads_file(call, options.operands[0]);
  writes_all(call, operands_of(options, 1), Writing::replace);
}

/// ptx reads all its operands; the older way to call it ends with an output file.
void judge_ptx(const Call& call) {
  constexpr OptionTable table{
      "ACGORTfrt", "FMSWbgiow", "traditional auto-reference ignore-case references",
      "flag-truncation macro-name format sentence-regexp word-regexp break-file gap-size "
      "ignore-file only-file width"};
  const Options options = read_loosely(call.words, table);
  const bool traditional = options.has("G") || options.has("traditional");
  reads_operands(call, options);
  if (traditional) writes_all(call, operands_of(options, 1), Writing::replace);
}

/// bspatch OLD NEW PATCH.
void judge_bspatch(const Call& call) {
  if (call.words.size() > 2) writes_file(call, call.words[2], Writing::replace);
}

/// PostScript is a program: without its safe mode it does anything; "%pipe%" runs a command.
void judge_ghostscript(const Call& call) {
  if (call.only_help()) return;
  for (const Field& word : call.words) {
    const std::string_view text = word.text();
    if (text == "-dNOSAFER" || text == "-dDELAYSAFER" || text == "-c" || text.starts_with("--permit-file"))
      call.does("shell.foreign-code", "ghostscript runs a program that may do anything");
    constexpr std::string_view output = "-sOutputFile=";
    constexpr std::string_view pipe = "%pipe%";
    const Field file = text.starts_with(output) ? word.substr(output.size()) : Field();
    if (text.contains(pipe))
      call.out.runs(word.substr(text.find(pipe) + pipe.size()));
    else if (!file.empty())
      writes_file(call, file, Writing::replace);
  }
  judge_named_output(call);
  call.does("fs.write");
}

/// soffice --headless --convert-to pdf --outdir DIR FILE.
void judge_office(const Call& call) {
  if (call.only_help()) return;
  const auto says = [&](std::string_view part) {
    return std::ranges::any_of(call.words, [&](const Field& word) { return word.text().contains(part); });
  };
  if (says("macro:") || says("vnd.sun.star.script")) return call.does("shell.script", "a macro runs");
  if (!says("--convert-to") && !says("--cat")) return opens_prompt(call);
  judge_named_output(call);
  call.does("fs.write");
}

/// exiftool -TAG=VALUE FILE writes.
void judge_exiftool(const Call& call) {
  for (const Field& word : tail(call.words, 1)) {
    if (word.text() == "-if" || word.text() == "-config")
      return call.does("shell.foreign-code", "exiftool runs a perl expression");
    if (word.known_prefix().starts_with('-') && word.text().contains('=')) return call.does("fs.write");
  }
}

constexpr std::array graph_effects{OptionEffect{"O", Value::nothing, "fs.write"},
                                   OptionEffect{"o", Value::written}};
constexpr std::array manual_effects{OptionEffect{"d", Value::written}};
constexpr std::array document_effects{
    OptionEffect{"r require I load-path T template-dir f conf-file filter", Value::nothing, "shell.script"},
    OptionEffect{"D destination-dir o out-file", Value::written}};

constexpr std::array rows{
    Program{.names = "exiftool exiv2", .judge = judge_exiftool},
    Program{
        .names =
            "convert magick mogrify composite montage ffmpeg avconv sox soxi lame oggenc flac cwebp pngquant "
            "optipng jpegoptim inkscape gimp rsvg-convert wkhtmltopdf wkhtmltoimage pdftotext pdftk qpdf "
            "ps2pdf "
            "pdftops pdftohtml pdftocairo pdftoppm pdfimages pdfseparate pdfunite pdfattach pdfcrop pdfjam "
            "pdfnup pdf2ps pdf2djvu ps2pdf12 ps2pdf13 ps2pdf14 ps2pdfwr ps2ps ps2ps2 ps2epsi eps2eps "
            "epstopdf "
            "djvutxt ddjvu djvups tiffcp tiffcrop tiff2pdf tiff2bw tiff2rgba tiffset jpegtran pngcrush "
            "gifsicle "
            "dwebp webpmux gif2webp img2webp cjxl djxl avifenc avifdec heif-convert heif-enc opusenc opusdec "
            "oggdec speexenc speexdec twolame faac faad wavpack wvunpack ssconvert unoconv docx2txt "
            "tesseract "
            "img2pdf weasyprint ocrmypdf bsdiff xdelta xdelta3 rdiff potrace qrencode pdfdetach mutool",
        .judge = judge_converter},
    Program{.names = "xlsx2csv pod2text pod2man cpp ps2ascii", .judge = judge_in_out},
    Program{.names = "ptx", .judge = judge_ptx},
    Program{.names = "bspatch", .judge = judge_bspatch},
    Program{.names = "gs ghostscript gsnd", .judge = judge_ghostscript},
    Program{.names = "libreoffice soffice lowriter localc", .judge = judge_office},
    Program{.names = "dot neato twopi circo fdp sfdp osage patchwork",
            .options = {"OVvq", "oTKGNEl", "", ""},
            .any_option = true,
            .option_effects = graph_effects,
            .operands = Operands::read},
    Program{.names = "asciidoctor asciidoc asciidoctor-pdf a2x",
            .rule = "fs.write",
            .options = {"svq", "rITfDoabd", "",
                        "require load-path template-dir conf-file filter destination-dir "
                        "out-file attribute backend doctype"},
            .any_option = true,
            .option_effects = document_effects,
            .operands = Operands::read},
    Program{.names = "pdfinfo pdffonts pdfsig odt2txt unrtf pstotext zbarimg pngcheck jpeginfo "
                     "tiffinfo tiffdump webpinfo opusinfo ogginfo metaflac mkvinfo",
            .any_option = true,
            .operands = Operands::read},
    Program{.names = "perldoc",
            .options = {"", "dofqnwL", "", ""},
            .any_option = true,
            .option_effects = manual_effects},
};

}  // namespace

std::span<const Program> converter_programs() {
  return rows;
}

}  // namespace mcpssh::guard
