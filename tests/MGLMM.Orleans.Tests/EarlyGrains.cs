using System.Reflection;

namespace MGLMM.Orleans.Tests;

/// <summary>A way into a cluster as Orleans gives it to a client that was told nothing yet: asking for a grain is refused as a wrong argument, so many times.</summary>
public class EarlyGrains : DispatchProxy
{
    private global::Orleans.IGrainFactory? _inner;
    private int _refusals;

    public static global::Orleans.IGrainFactory Over(global::Orleans.IGrainFactory inner, int refusals)
    {
        global::Orleans.IGrainFactory early = Create<global::Orleans.IGrainFactory, EarlyGrains>();
        ((EarlyGrains)(object)early)._inner = inner;
        ((EarlyGrains)(object)early)._refusals = refusals;
        return early;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => Interlocked.Decrement(ref _refusals) >= 0
        ? throw new ArgumentException("Could not find an implementation for interface mglmm.workers")
        : targetMethod!.Invoke(_inner, args);
}
