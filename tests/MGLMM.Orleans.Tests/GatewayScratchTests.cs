using MGLMM.Orleans.Conversations;

namespace MGLMM.Orleans.Tests;

/// <summary>A gateway's own folder on the disk.</summary>
public sealed class GatewayScratchTests
{
    [Fact]
    public void What_a_killed_gateway_left_goes_when_the_next_one_starts_and_nothing_else()
    {
        using TemporaryFolder folder = new();
        using GatewayScratch running = Make(folder);
        string others = Directory.CreateDirectory(folder.PathOf("mglmm-gateway-of-another-kind")).FullName;
        string[] before = Directory.GetDirectories(folder.Location);

        // As the system does it for a process that is killed: the lock is let go of, and the files stay.
        GatewayScratch killed = Make(folder);
        killed.Dispose();
        using GatewayScratch next = new(folder.Location);
        next.Make();
        Assert.Equal(before.Length + 2, Directory.GetDirectories(folder.Location).Length);
        next.Tidy();
        string[] after = Directory.GetDirectories(folder.Location);
        Assert.Equal(before.Length + 1, after.Length);
        Assert.Subset(after.ToHashSet(), before.ToHashSet());

        running.End();
        next.End();
        Assert.Equal([others], Directory.GetDirectories(folder.Location));
    }

    private static GatewayScratch Make(TemporaryFolder folder)
    {
        GatewayScratch scratch = new(folder.Location);
        scratch.Make();
        Directory.CreateDirectory(scratch.NewFolder());
        return scratch;
    }
}
