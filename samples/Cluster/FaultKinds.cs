namespace MGLMM.Samples.Cluster;

/// <summary>What can be done to a cluster.</summary>
internal static class FaultKinds
{
    public const string Worker = "worker";
    public const string Gateway = "gateway";
    public const string Redis = "redis";
    public const string Network = "network";
    public const string Disk = "disk";

    public static string[] All => [Worker, Gateway, Redis, Network, Disk];
}
