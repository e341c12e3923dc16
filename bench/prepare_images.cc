// Our part in bench/decode_peers.py: decodes, resizes, crops and normalises files
// for a 224 x 224 model, float32 NCHW, one thread, when told to.
//
//   prepare_images FILE ...     the files are read first
//
// Each line on its input is a command, answered by one line:
//   run           all files once; answer: processor seconds that took
//   dump PATH     writes what the model gets (raw floats, file by file)
#include <fmt/format.h>

#include <cstdio>
#include <ctime>
#include <fstream>
#include <iostream>
#include <span>
#include <string>
#include <vector>

#include "base/check.h"
#include "base/text.h"
#include "flow/image/decode.h"
#include "flow/image/preprocess.h"

namespace batchsizer::flow {
namespace {

double ThreadSeconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

class Preparer {
 public:
  explicit Preparer(const std::vector<std::string>& paths) {
    for (const std::string& path : paths) files_.push_back(*base::ReadFile(path));
  }

  // Into one row, over and over.
  double Run() {
    const double began = ThreadSeconds();
    for (const std::string& file : files_) PrepareOne(file);
    return ThreadSeconds() - began;
  }

  void Dump(const std::string& path) {
    std::ofstream out(path, std::ios::binary);
    for (const std::string& file : files_) {
      PrepareOne(file);
      out.write(reinterpret_cast<const char*>(row_.data()),
                static_cast<std::streamsize>(row_.size() * sizeof(float)));
    }
    out.close();
    BATCHSIZER_CHECK(out.good());
  }

 private:
  void PrepareOne(const std::string& file) {
    const std::span bytes(reinterpret_cast<const std::uint8_t*>(file.data()), file.size());
    preprocessor_.Run(*decoder_.Decode(bytes, preprocessor_.Needed()), row_.data());
  }

  std::vector<std::string> files_;
  InputSpec input_{"input", ElementType::kFloat32, ImageLayout::kNchw, 3, 224, 224};
  ImageDecoder decoder_{DecodeOptions{}};
  Preprocessor preprocessor_ = *Preprocessor::Create(input_, {});
  std::vector<float> row_ = std::vector<float>(input_.ElementsPerRow());
};

}  // namespace
}  // namespace batchsizer::flow

int main(int argc, char** argv) {
  batchsizer::flow::Preparer preparer(std::vector<std::string>(argv + 1, argv + argc));
  for (std::string line; std::getline(std::cin, line);) {
    if (line.starts_with("dump ")) {
      preparer.Dump(line.substr(5));
      fmt::print("done\n");
    } else {
      fmt::print("{:.9f}\n", preparer.Run());
    }
    std::fflush(stdout);
  }
  return 0;
}
