#include "flow/model/file_writer.h"

#include "base/output_file.h"

namespace batchsizer::flow {

Status WriteFileAtomically(const std::string& path, std::string_view bytes) {
  return base::ReplaceFile(path, bytes);
}

}  // namespace batchsizer::flow
