#include "writ/intent/model.h"
