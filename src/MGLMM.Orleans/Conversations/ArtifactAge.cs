namespace MGLMM.Orleans.Conversations;

/// <summary>How long a store keeps the files of conversations that are kept so long after their last change.</summary>
internal static class ArtifactAge
{
    private const int TouchesInAge = 10;

    /// <summary>How often files in use are touched: not with each change of their conversation.</summary>
    public static TimeSpan TouchInterval(TimeSpan age) => age / TouchesInAge;

    /// <summary>How long a file stays after its last use: no shorter than its conversation, whenever it was touched.</summary>
    public static TimeSpan Kept(TimeSpan age) => age + TouchInterval(age);
}
