// Everything an embedder needs: a controller around your own inference loop.
#pragma once

#include "batchsizer/clock.h"
#include "batchsizer/clock_knob.h"
#include "batchsizer/controller.h"
#include "batchsizer/engine.h"
#include "batchsizer/meters.h"
#include "batchsizer/policies.h"
#include "batchsizer/policy.h"
#include "batchsizer/power_cap.h"
#include "batchsizer/power_meter.h"
#include "batchsizer/record.h"
#include "batchsizer/result.h"
#include "batchsizer/units.h"
