import java.util.Objects;

/** Runs named steps and prints a line for each, as the Test Anything Protocol has it. */
final class Tap {
    interface Step {
        void run() throws Exception;
    }

    private static int count = 0;
    private static int failed = 0;

    static void test(String title, Step step) {
        count += 1;
        try {
            step.run();
            System.out.println("ok " + count + " - " + title);
        } catch (Throwable error) {
            failed += 1;
            System.out.println("not ok " + count + " - " + title);
            error.printStackTrace(System.out);
        }
    }

    static void equal(Object found, Object wanted) {
        if (!Objects.deepEquals(found, wanted)) {
            throw new AssertionError("found " + found + ", wanted " + wanted);
        }
    }

    static void exit() {
        System.out.println("1.." + count);
        System.exit(failed == 0 ? 0 : 1);
    }
}
