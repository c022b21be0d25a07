using MGLMM.Conversion.Onnx;
using MGLMM.Conversion.Streaming;
using MGLMM.Conversion.Tests.Checkpoints;

namespace MGLMM.Conversion.Tests;

/// <summary>What the parts of a conversion owe the files that arrive for it.</summary>
public sealed class ArrivingPartTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_journal_of_a_part_that_ends_is_brought_to_the_disk()
    {
        using ArrivingFiles files = new(_folder.Location);
        using DataJournal journal = DataJournal.Open(Path.Combine(_folder.Location, "part.journal"));
        int flushed = 0;
        journal.FlushData = () => flushed++;
        files.Register(journal);
        files.Finish(journal);
        Assert.Equal(1, flushed);
    }
}
