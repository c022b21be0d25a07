using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Threading.Channels;
using MGLMM.Server.Events;
using Microsoft.AspNetCore.Http;

namespace MGLMM.Server.Tests;

/// <summary>Events through a proxy that would gather them, or give up on a server that says nothing for a minute.</summary>
public sealed class EventStreamTests
{
    private readonly FakeTime _time = new();
    private readonly Pipe _sent = new();
    private readonly DefaultHttpContext _context = new();
    private readonly Channel<string> _events = Channel.CreateUnbounded<string>();

    public EventStreamTests() => _context.Response.Body = _sent.Writer.AsStream();

    [Fact]
    public async Task While_nothing_happens_there_are_signs_of_life()
    {
        EventStream stream = new(_context, _time);
        await using IAsyncEnumerator<string> following = stream.FollowAsync(_events.Reader.ReadAllAsync()).GetAsyncEnumerator();
        Task<bool> next = following.MoveNextAsync().AsTask();
        _time.Advance(EventStream.LongestSilence - TimeSpan.FromTicks(1));
        Assert.Null(_context.Response.ContentType);
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(":\n\n", await ReadAsync());
        Assert.Equal(("text/event-stream", "no-store", "no"), (_context.Response.ContentType, _context.Response.Headers.CacheControl.ToString(), _context.Response.Headers["X-Accel-Buffering"].ToString()));
        Assert.False(next.IsCompleted);

        _events.Writer.TryWrite("a word");
        Assert.True(await next);
        await stream.SendAsync(Encoding.UTF8.GetBytes(following.Current), CancellationToken.None);
        Assert.Equal("data: a word\n\n", await ReadAsync());
    }

    [Fact]
    public async Task What_goes_wrong_after_a_sign_of_life_is_the_readers()
    {
        EventStream stream = new(_context, _time);
        await using IAsyncEnumerator<string> following = stream.FollowAsync(_events.Reader.ReadAllAsync()).GetAsyncEnumerator();
        Task<bool> next = following.MoveNextAsync().AsTask();
        _time.Advance(EventStream.LongestSilence);
        Assert.NotEmpty(await ReadAsync());
        _events.Writer.Complete(new TimeoutException("The model's own."));
        Assert.Equal("The model's own.", (await Assert.ThrowsAsync<TimeoutException>(() => next)).Message);
    }

    [Fact]
    public async Task A_client_that_is_gone_does_not_end_what_is_waited_for()
    {
        using CancellationTokenSource gone = new();
        _context.RequestAborted = gone.Token;
        EventStream stream = new(_context, _time);
        await using IAsyncEnumerator<string> following = stream.FollowAsync(_events.Reader.ReadAllAsync()).GetAsyncEnumerator();
        Task<bool> next = following.MoveNextAsync().AsTask();
        await gone.CancelAsync();
        _time.Advance(EventStream.LongestSilence);
        _events.Writer.Complete();
        Assert.False(await next);
    }

    private async Task<string> ReadAsync()
    {
        ReadResult read = await _sent.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20));
        string text = Encoding.UTF8.GetString(read.Buffer.ToArray());
        _sent.Reader.AdvanceTo(read.Buffer.End);
        return text;
    }
}
