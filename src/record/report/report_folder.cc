#include "record/report/report_folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "base/errno_error.h"
#include "base/output_file.h"
#include "record/report/figure_csv.h"
#include "record/report/figure_svg.h"
#include "record/report/report_page.h"

namespace batchsizer::record {
namespace {

// Folders that this call made, to be taken away again when it fails.
class NewFolders {
 public:
  NewFolders() = default;
  NewFolders(const NewFolders&) = delete;
  NewFolders& operator=(const NewFolders&) = delete;
  ~NewFolders() {
    for (auto at = made_.rbegin(); at != made_.rend(); ++at) (void)::rmdir(at->c_str());
  }

  // The folder is there, or made, as are those above it.
  Status Ensure(const std::string& path) {
    struct stat info {};
    for (auto at = path.find('/', 1); at != std::string::npos; at = path.find('/', at + 1)) {
      const std::string above = path.substr(0, at);
      if (::stat(above.c_str(), &info) == 0) continue;
      if (auto ok = EnsureOne(above); !ok) return ok;
    }
    return EnsureOne(path);
  }

  void Keep() { made_.clear(); }

 private:
  Status EnsureOne(const std::string& path) {
    struct stat info {};
    if (::mkdir(path.c_str(), 0777) == 0) {
      made_.push_back(path);
    } else if (errno != EEXIST) {
      return base::ErrnoError(fmt::format("{}: cannot be made", path), errno);
    } else if (::stat(path.c_str(), &info) != 0 || !S_ISDIR(info.st_mode)) {
      return MakeError(ErrorCode::kInvalidInput,
                       fmt::format("{}: is no folder; name one for the report", path));
    }
    return {};
  }

  std::vector<std::string> made_;
};

// Files that are complete but not yet at their places; gone unless they are moved there.
class Drafts {
 public:
  Drafts() = default;
  Drafts(const Drafts&) = delete;
  Drafts& operator=(const Drafts&) = delete;
  ~Drafts() {
    for (const auto& [draft, path] : drafts_) (void)::unlink(draft.c_str());
  }

  Status Write(const std::string& path, std::string_view bytes) {
    struct stat info {};
    if (::stat(path.c_str(), &info) == 0 && !S_ISREG(info.st_mode)) {
      return MakeError(ErrorCode::kInvalidInput,
                       fmt::format("{}: is no file, so it cannot be replaced by one", path));
    }
    const std::string draft = fmt::format("{}.{}.tmp", path, ::getpid());
    ::unlink(draft.c_str());  // of an earlier process with this id, which was killed
    base::FileDescriptor file(::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
    if (!file) return base::CannotWrite(path, errno);
    drafts_.emplace_back(draft, path);
    std::size_t written = 0;
    if (const int error = base::WriteAll(file.get(), bytes, written); error != 0) {
      return base::CannotWrite(path, error);
    }
    // Some file systems find out only now that there is no room.
    if (const int error = file.Close(); error != 0) return base::CannotWrite(path, error);
    return {};
  }

  Status MoveAll() {
    while (!drafts_.empty()) {
      const auto& [draft, path] = drafts_.front();
      if (std::rename(draft.c_str(), path.c_str()) != 0) return base::CannotWrite(path, errno);
      drafts_.erase(drafts_.begin());
    }
    return {};
  }

 private:
  std::vector<std::pair<std::string, std::string>> drafts_;
};

struct OutputText {
  std::string name;  // below the report's folder
  std::string text;
};

std::vector<OutputText> FilesOf(const Report& report) {
  std::vector<OutputText> files;
  for (const auto& section : report.sections) {
    for (const auto& table : section.tables) {
      if (!table.id.empty()) files.push_back({table.id + ".csv", TableToCsv(table)});
    }
    for (const auto& figure : section.figures) {
      files.push_back({CsvName(figure), FigureToCsv(figure)});
      files.push_back({"figures/" + figure.id + ".svg", FigureToSvg(figure)});
    }
  }
  for (const auto& file : report.files) files.push_back({file.name, file.content});
  // The page comes last: what it links to is there by then.
  files.push_back({"report.html", ReportToHtml(report)});
  return files;
}

// What an earlier report left there that this one does not have: its links would lead
// to numbers of another run.
Status RemoveStale(const Report& report, const std::vector<OutputText>& files,
                   const std::string& root) {
  std::set<std::string> written;
  for (const auto& file : files) written.insert(file.name);
  for (const auto& id : report.possible_ids) {
    for (const std::string& name : {id + ".csv", fmt::format("figures/{}.svg", id)}) {
      if (written.contains(name)) continue;
      const std::string path = fmt::format("{}/{}", root, name);
      struct stat info {};
      if (::lstat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) continue;
      if (::unlink(path.c_str()) != 0 && errno != ENOENT) {
        return base::ErrnoError(fmt::format("{}: of an earlier report, cannot be removed", path),
                                errno);
      }
    }
  }
  return {};
}

bool IsPlainName(std::string_view name) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
  if (name.starts_with("figures/")) name.remove_prefix(std::string_view("figures/").size());
  return !name.empty() && name.front() != '.' &&
         name.find_first_not_of(kPlain) == std::string_view::npos;
}

Status CheckNames(const std::vector<OutputText>& files) {
  std::set<std::string_view> seen;
  for (const auto& file : files) {
    if (!IsPlainName(file.name)) {
      return MakeError(ErrorCode::kInvalidInput,
                       fmt::format("report: \"{}\" is no name for a file of it; letters, digits, "
                                   "'-', '_' and '.' are",
                                   file.name));
    }
    if (!seen.insert(file.name).second) {
      return MakeError(ErrorCode::kInvalidInput,
                       fmt::format("report: two of its files would be {}", file.name));
    }
  }
  return {};
}

std::string WithoutSlash(std::string folder) {
  while (folder.size() > 1 && folder.ends_with('/')) folder.pop_back();
  return folder;
}

}  // namespace

Status WriteReportFolder(const Report& report, const std::string& folder) {
  const std::string root = WithoutSlash(folder);
  const auto files = FilesOf(report);
  if (auto ok = CheckNames(files); !ok) return ok;
  struct stat info {};
  const bool had_report = ::stat((root + "/report.html").c_str(), &info) == 0;
  NewFolders folders;
  if (auto ok = folders.Ensure(root); !ok) return ok;
  if (auto ok = folders.Ensure(root + "/figures"); !ok) return ok;
  {
    Drafts drafts;
    for (const auto& file : files) {
      if (auto ok = drafts.Write(root + "/" + file.name, file.text); !ok) return ok;
    }
    if (auto ok = drafts.MoveAll(); !ok) return ok;
  }
  if (had_report) {
    if (auto ok = RemoveStale(report, files, root); !ok) return ok;
  }
  folders.Keep();
  return {};
}

Status CheckReportFolder(const std::string& folder) {
  const std::string root = WithoutSlash(folder);
  NewFolders folders;  // taken away again
  if (auto ok = folders.Ensure(root); !ok) return ok;
  Drafts drafts;  // as well
  return drafts.Write(root + "/report.html", " ");
}

}  // namespace batchsizer::record
