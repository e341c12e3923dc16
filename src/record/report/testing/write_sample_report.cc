// Writes the sample report into a folder: what the browser tests look at, and people.
//
//   write_sample_report FOLDER
#include <cstdio>

#include "record/report/report_folder.h"
#include "record/report/testing/sample_report.h"

int main(int count, char** arguments) {
  using batchsizer::record::WriteReportFolder;
  if (count != 2) {
    std::fputs("usage: write_sample_report FOLDER\n", stderr);
    return 2;
  }
  const auto done = WriteReportFolder(batchsizer::record::testing::SampleReport(), arguments[1]);
  if (done) return 0;
  std::fprintf(stderr, "%s\n", done.error().message.c_str());
  return 1;
}
