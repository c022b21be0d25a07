namespace MGLMM.Orleans.Conversations;

/// <summary>What the cluster's storage of conversations is called.</summary>
internal static class ClusterStorage
{
    public const string Name = "mglmm";
}
