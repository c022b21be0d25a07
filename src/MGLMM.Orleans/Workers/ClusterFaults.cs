using System.Net.Sockets;
using Orleans;
using Orleans.Runtime;

namespace MGLMM.Orleans.Workers;

/// <summary>Which faults come of the cluster and not of the question.</summary>
internal static class ClusterFaults
{
    /// <summary>Whether asking again may help: a worker was lost, none is there yet, or the connection is being made.</summary>
    public static bool PassesBy(Exception exception) => exception is
        OrleansException or TimeoutException or SocketException or IOException or ObjectDisposedException or EnumerationAbortedException;

    /// <summary>Whether a call did not reach the cluster or brought nothing back, a connection that is not begun yet or is closed already included.</summary>
    public static bool KeepsFromCalling(Exception exception) => PassesBy(exception) || exception is InvalidOperationException;

    /// <summary>A grain of the cluster.</summary>
    /// <param name="grains">The way into the cluster.</param>
    /// <param name="get">Which grain.</param>
    /// <exception cref="NoWorkerException">Nobody told yet what the cluster has: the connection is being made. Orleans says so as if an argument were wrong.</exception>
    public static T Reach<T>(this IGrainFactory grains, Func<IGrainFactory, T> get)
    {
        try
        {
            return get(grains);
        }
        catch (ArgumentException)
        {
            throw new NoWorkerException("The cluster has not told yet what it has.");
        }
    }
}
