using Orleans;
using Orleans.Runtime;

namespace MGLMM.Orleans.Workers;

/// <summary>No worker of the cluster has the model that is asked. One may come.</summary>
[GenerateSerializer, Alias("mglmm.no-worker")]
internal sealed class NoWorkerException(string message) : OrleansException(message);
