using MGLMM.Orleans.Pictures;

namespace MGLMM.Orleans.Tests;

/// <summary>Pieces of a picture's file on their way to a worker.</summary>
public sealed class ArrivingFilesTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(12);

    private readonly Clock _clock = new();

    [Fact]
    public void Pieces_of_several_senders_make_a_file_each()
    {
        ArrivingFiles files = new(_clock, Patience);
        (Guid one, Guid other) = (Guid.NewGuid(), Guid.NewGuid());
        Assert.Null(files.Take(one, 0, 3, [1, 2]));
        Assert.Null(files.Take(other, 0, 4, [5]));
        Assert.Equal((byte[])[1, 2, 3], files.Take(one, 2, 3, [3])!);
        Assert.Equal((byte[])[5, 6, 7, 8], files.Take(other, 1, 4, [6, 7, 8])!);
        Assert.Equal(0, files.Count);
        Assert.Equal((byte[])[9], files.Take(one, 0, 1, [9])!);

        // Not from the middle, and no other file under the same sender.
        Assert.Throws<InvalidOperationException>(() => files.Take(one, 1, 3, [2]));
        files.Take(one, 0, 3, [1]);
        Assert.Throws<InvalidOperationException>(() => files.Take(one, 1, 4, [2]));
    }

    [Fact]
    public void What_a_lost_sender_has_sent_goes_and_what_is_still_coming_stays()
    {
        ArrivingFiles files = new(_clock, Patience);
        (Guid lost, Guid slow) = (Guid.NewGuid(), Guid.NewGuid());
        files.Take(lost, 0, 3, [1]);
        files.Take(slow, 0, 3, [1]);
        _clock.Now += Patience;
        files.Take(slow, 1, 3, [2]);
        Assert.Equal(2, files.Count);
        _clock.Now += TimeSpan.FromSeconds(1);
        files.DropLost();
        Assert.Equal(1, files.Count);
        Assert.Throws<InvalidOperationException>(() => files.Take(lost, 1, 3, [2]));
        Assert.Equal((byte[])[1, 2, 3], files.Take(slow, 2, 3, [3])!);

        // Somebody else's piece sees to it as well.
        files.Take(lost, 0, 3, [1]);
        _clock.Now += 2 * Patience;
        files.Take(slow, 0, 3, [1]);
        Assert.Equal(1, files.Count);
    }

    private sealed class Clock : TimeProvider
    {
        public TimeSpan Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }
}
