using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MGLMM.Runtime.Serialization;
using Microsoft.ML.OnnxRuntime;

namespace MGLMM.Runtime.Kernels;

/// <summary>
/// <see cref="BlockProduct"/> as an operator of ONNX Runtime: inputs x [..., K] fp32, codes uint8 and scales fp32 as <see cref="BlockLayout"/> lays them; output [..., N] fp32;
/// whole-number attributes K, N, bits and block_size. What ONNX Runtime has for such weights packs them anew with each load; these are read where they lie. Thread-safe.
/// </summary>
internal static unsafe class BlockProductOperator
{
    /// <summary>The operator's set.</summary>
    public const string Domain = "ai.mglmm";

    /// <summary>The operator's name in it.</summary>
    public const string Name = "BlockProduct";

    /// <summary>The version of the set.</summary>
    public const long DomainVersion = 1;

    private const int FloatTensor = 1;
    private const int ByteTensor = 2;

    /// <summary>Below this many rows, rounding them costs less than sharing them out.</summary>
    private const int RowsWorthSharing = 16;

    /// <summary>Stretches into which rows and panels are shared out: enough for every thread to have something to the end.</summary>
    private const int Shares = 64;

    private static readonly Lock Registering = new();

    /// <summary>ONNX Runtime keeps what it is given here for as long as the process lives.</summary>
    private static void* _domain;

    /// <summary>Whether this processor and this ONNX Runtime can, with 4 bits at least.</summary>
    public static bool IsSupported => Takes(4);

    /// <summary>Whether they can with weights of so many bits.</summary>
    public static bool Takes(int bits) => BlockProduct.Takes(bits) && OnnxRuntimeNative.Instance is not null;

    private static OnnxRuntimeNative Native => OnnxRuntimeNative.Instance ?? throw new InvalidOperationException("This version of ONNX Runtime takes no operators in this way.");

    /// <summary>
    /// Makes the operator's set known to ONNX Runtime, once a process. It keeps the names of all sets in one table without a lock, so that must come before several sessions are
    /// created side by side.
    /// </summary>
    /// <exception cref="InvalidOperationException">ONNX Runtime refuses it.</exception>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime refuses it.</exception>
    public static void Prepare()
    {
        lock (Registering)
        {
            if (_domain is not null)
            {
                return;
            }

            void* domain = Register();
            using SessionOptions settings = new();
            Add(settings, domain);
            new InferenceSession(EmptyModel(), settings).Dispose();
            _domain = domain;
        }
    }

    /// <summary>Lets sessions of these settings use the operator.</summary>
    /// <exception cref="InvalidOperationException">ONNX Runtime refuses it.</exception>
    public static void AddTo(SessionOptions settings)
    {
        Prepare();
        Add(settings, _domain);
    }

    private static void Add(SessionOptions settings, void* domain)
    {
        bool isHeld = false;
        try
        {
            settings.DangerousAddRef(ref isHeld);
            Native.AddDomain(settings.DangerousGetHandle(), domain);
        }
        finally
        {
            if (isHeld)
            {
                settings.DangerousRelease();
            }
        }
    }

    /// <summary>A model that gives its only input, a number.</summary>
    private static byte[] EmptyModel()
    {
        const int Float = 1;
        ProtobufWriter Value(string name) => new ProtobufWriter().Text(1, name).Nested(2, new ProtobufWriter().Nested(1, new ProtobufWriter().Number(1, Float).Nested(2, new ProtobufWriter())));
        ProtobufWriter graph = new ProtobufWriter()
            .Nested(1, new ProtobufWriter().Text(1, "x").Text(2, "y").Text(4, "Identity")).Text(2, "empty").Nested(11, Value("x")).Nested(12, Value("y"));
        return new ProtobufWriter().Number(1, 8).Nested(7, graph).Nested(8, new ProtobufWriter().Text(1, string.Empty).Number(2, 17)).Message.ToArray();
    }

    private static void* Register()
    {
        CustomOperator* custom = (CustomOperator*)NativeMemory.AllocZeroed((nuint)sizeof(CustomOperator));
        custom->Version = OnnxRuntimeNative.Version;
        custom->GetName = &GetName;
        custom->GetExecutionProviderType = &GetExecutionProviderType;
        custom->GetInputType = &GetInputType;
        custom->GetInputTypeCount = &GetInputTypeCount;
        custom->GetOutputType = &GetOutputType;
        custom->GetOutputTypeCount = &One;
        custom->GetInputCharacteristic = &Required;
        custom->GetOutputCharacteristic = &Required;
        custom->GetInputMemoryType = &Required;
        custom->CreateKernelV2 = &CreateKernel;
        custom->KernelComputeV2 = &Compute;
        custom->KernelDestroy = &Destroy;
        void* domain = Native.CreateDomain((byte*)Marshal.StringToCoTaskMemUTF8(Domain));
        Native.AddOperator(domain, custom);
        return domain;
    }

    private static readonly byte* OperatorName = (byte*)Marshal.StringToCoTaskMemUTF8(Name);

    [UnmanagedCallersOnly]
    private static byte* GetName(CustomOperator* custom) => OperatorName;

    /// <summary>None: the CPU's.</summary>
    [UnmanagedCallersOnly]
    private static byte* GetExecutionProviderType(CustomOperator* custom) => null;

    [UnmanagedCallersOnly]
    private static int GetInputType(CustomOperator* custom, nuint index) => index == 1 ? ByteTensor : FloatTensor;

    [UnmanagedCallersOnly]
    private static nuint GetInputTypeCount(CustomOperator* custom) => 3;

    [UnmanagedCallersOnly]
    private static int GetOutputType(CustomOperator* custom, nuint index) => FloatTensor;

    [UnmanagedCallersOnly]
    private static nuint One(CustomOperator* custom) => 1;

    /// <summary>0 stands for what is required, and for memory where the operator runs.</summary>
    [UnmanagedCallersOnly]
    private static int Required(CustomOperator* custom, nuint index) => 0;

    [UnmanagedCallersOnly]
    private static void* CreateKernel(CustomOperator* custom, void* api, void* info, void** kernel)
    {
        try
        {
            long columns = Native.Attribute(info, "N\0"u8);
            long depth = Native.Attribute(info, "K\0"u8);
            long block = Native.Attribute(info, "block_size\0"u8);
            long bits = Native.Attribute(info, "bits\0"u8);
            BlockLayout layout = new(columns, depth, block, bits);
            *kernel = Takes(layout.Bits)
                ? (void*)GCHandle.ToIntPtr(GCHandle.Alloc(new Kernel(layout)))
                : throw new PlatformNotSupportedException($"this processor cannot compute with weights of {bits} bits.");
            return null;
        }
        catch (Exception exception)
        {
            // Whatever it is, nothing may be thrown through native code.
            return Native.Failure($"{Name}: {exception.Message}");
        }
    }

    [UnmanagedCallersOnly]
    private static void Destroy(void* kernel) => GCHandle.FromIntPtr((nint)kernel).Free();

    [UnmanagedCallersOnly]
    private static void* Compute(void* kernel, void* context)
    {
        try
        {
            ((Kernel)GCHandle.FromIntPtr((nint)kernel).Target!).Compute(context);
            return null;
        }
        catch (Exception exception)
        {
            return Native.Failure($"{Name}: {exception.Message}");
        }
    }

    [UnmanagedCallersOnly]
    private static void Round(void* state, nuint share) => ((Work*)state)->Round((int)share);

    [UnmanagedCallersOnly]
    private static void Multiply(void* state, nuint share)
    {
        try
        {
            ((Work*)state)->Multiply((int)share);
        }
        catch (Exception)
        {
            // Memory for the scratch is all that can be lacking. Nothing may be thrown through native code: whoever waits for the shares says it.
            ((Work*)state)->LacksMemory = true;
        }
    }

    /// <summary>One node of a graph. Immutable.</summary>
    private sealed class Kernel(BlockLayout layout)
    {
        public void Compute(void* context)
        {
            void* input = Native.Input(context, 0);
            long[] shape = Native.Shape(input);
            if (shape.Length == 0 || shape[^1] != layout.Depth)
            {
                throw new ArgumentException($"the weights are for rows of {layout.Depth}, and the input is [{string.Join(", ", shape)}].");
            }

            byte* codes = (byte*)Weights(context, 1, layout.CodeBytes);
            float* scales = (float*)Weights(context, 2, layout.ScaleCount);

            int rows = 1;
            foreach (long dimension in shape.AsSpan(..^1))
            {
                rows = checked(rows * (int)dimension);
            }

            shape[^1] = layout.Columns;
            float* output = (float*)Native.Data(Native.Output(context, shape));
            if (rows == 0)
            {
                return;
            }

            int room = BlockProduct.RoomFor(rows);
            byte[] memory = ArrayPool<byte>.Shared.Rent(checked((int)RoundedRows.BytesOf(layout, room) + Work.Alignment));
            try
            {
                fixed (byte* start = memory)
                {
                    RoundedRows rounded = RoundedRows.In(Work.Aligned(start), layout, room);
                    Work work = new()
                    {
                        Numbers = (float*)Native.Data(input),
                        Product = new BlockProduct
                        {
                            Layout = layout,
                            Codes = codes,
                            Scales = scales,
                            Input = rounded,
                            Rows = rows,
                            Output = output,
                        },
                    };
                    if (rows < RowsWorthSharing)
                    {
                        work.RoundAll();
                    }
                    else
                    {
                        Native.ParallelFor(context, &BlockProductOperator.Round, Shares, &work);
                    }

                    Native.ParallelFor(context, &BlockProductOperator.Multiply, Shares, &work);
                    if (work.LacksMemory)
                    {
                        throw new OutOfMemoryException($"There is no memory for a product of {rows} rows.");
                    }
                }
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(memory);
            }
        }
    }

    /// <summary>Where an input of weights lies, which must be as many as the layout has.</summary>
    private static void* Weights(void* context, nuint index, long count)
    {
        void* value = Native.Input(context, index);
        long[] shape = Native.Shape(value);
        return shape is [long length] && length == count
            ? Native.Data(value)
            : throw new ArgumentException($"input {index} should be [{count}] and is [{string.Join(", ", shape)}].");
    }

    /// <summary>What is shared out to threads. On the stack of the one that computes the node.</summary>
    private struct Work
    {
        public const int Alignment = 64;

        public float* Numbers;
        public BlockProduct Product;
        public volatile bool LacksMemory;

        public static byte* Aligned(byte* memory) => (byte*)(((nuint)memory + (Alignment - 1)) & ~(nuint)(Alignment - 1));

        public readonly void RoundAll() => RoundRows(0, Product.Rows);

        public readonly void Round(int share) => RoundRows(Start(Product.Rows, share), Start(Product.Rows, share + 1));

        public readonly void Multiply(int share)
        {
            int first = Start(Product.Layout.Panels, share);
            int end = Start(Product.Layout.Panels, share + 1);
            if (first == end)
            {
                return;
            }

            byte[] memory = ArrayPool<byte>.Shared.Rent(BlockProduct.ScratchOf(Product.Layout, Product.Rows) + Alignment);
            fixed (byte* scratch = memory)
            {
                Product.Compute(first, end, Aligned(scratch));
            }

            ArrayPool<byte>.Shared.Return(memory);
        }

        private static int Start(int count, int share) => (int)((long)count * share / Shares);

        private readonly void RoundRows(int first, int end)
        {
            for (int row = first; row < end; row++)
            {
                Product.Input.Round(Numbers + ((long)row * Product.Layout.Depth), Product.Layout, row);
            }
        }
    }
}
