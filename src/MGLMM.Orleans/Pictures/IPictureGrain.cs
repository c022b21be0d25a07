using Orleans;

namespace MGLMM.Orleans.Pictures;

/// <summary>
/// A picture on one worker, called by its <see cref="PictureKey"/>: whoever asks about the same pixels reaches the worker that has encoded them.
/// </summary>
[Alias("mglmm.picture")]
internal interface IPictureGrain : IGrainWithStringKey
{
    /// <summary>Answers an instruction, or says that the pixels are missing.</summary>
    [Alias("ask")]
    public IAsyncEnumerable<AnswerChunk> AskAsync(PictureQuestion question, CancellationToken cancellationToken = default);

    /// <summary>Takes a piece of the picture's PNG file. The pieces of one sender come in order; the last one makes it whole.</summary>
    /// <param name="sender">Tells the pieces of several senders apart.</param>
    /// <param name="offset">Where the piece begins.</param>
    /// <param name="length">The whole file's bytes.</param>
    /// <param name="piece">The bytes.</param>
    /// <returns>Whether the worker has the picture now; false wants the next piece.</returns>
    [Alias("put")]
    public Task<bool> PutAsync(Guid sender, int offset, int length, byte[] piece);
}
