; made from sources dd8ee0fb2c974184fbad4c6efe648a7c by graphc.runtime.native_text
declare void @graphc_pause()

define internal fastcc void @launch(ptr %retptr, i64 %arg.control, i64 %arg.function, i64 %arg.argument) {
entry:
  %.10 = inttoptr i64 %arg.control to ptr
  %.11 = getelementptr i8, ptr %.10, i64 8
  store i64 %arg.function, ptr %.11, align 8
  %.15 = getelementptr i8, ptr %.10, i64 16
  store i64 %arg.argument, ptr %.15, align 8
  %.23 = load i64, ptr %.10, align 8
  %.24 = add i64 %.23, 1
  store atomic i64 %.24, ptr %.10 seq_cst, align 8
  %.29 = getelementptr i8, ptr %.10, i64 24
  %.30 = load i64, ptr %.29, align 8
  %.67 = add i64 %.30, -1
  %spec.select = tail call i64 @llvm.smax.i64(i64 %.67, i64 0)
  %0 = add i64 %arg.control, 520
  %1 = add i64 %spec.select, 1
  br label %B310

B310:                                             ; preds = %entry, %B310.if
  %.54.0 = phi i64 [ 1, %entry ], [ %.125, %B310.if ]
  %exitcond.not = icmp eq i64 %.54.0, %1
  br i1 %exitcond.not, label %B526, label %B310.if

common.ret:                                       ; preds = %B602.i, %B260.i, %B442
  %storemerge50 = phi i64 [ -2, %B442 ], [ 0, %B260.i ], [ 0, %B602.i ]
  store i64 %storemerge50, ptr %retptr, align 8
  ret void

B442:                                             ; preds = %B310.if
  %.164 = getelementptr i8, ptr %.10, i64 32
  store i64 1, ptr %.164, align 8
  br label %common.ret

B526:                                             ; preds = %B310
  %.9.i = getelementptr i8, ptr %.10, i64 32
  store i64 0, ptr %.9.i, align 8
  %.14.i = load i64, ptr %.11, align 8
  %.21.i = load i64, ptr %.29, align 8
  %.26.not.i = icmp eq i64 %.14.i, 0
  br i1 %.26.not.i, label %B260.i, label %B174.i

B174.i:                                           ; preds = %B526
  %.31.i = load i64, ptr %.15, align 8
  %.35.i = inttoptr i64 %.14.i to ptr
  tail call void %.35.i(i64 %arg.control, i64 %.31.i, i64 0, i64 %.21.i)
  br label %B260.i

B260.i:                                           ; preds = %B174.i, %B526
  %.45.i = load i64, ptr %.10, align 8
  %.88.i = add i64 %.21.i, -1
  %.13360.not.i = icmp slt i64 %.88.i, 1
  br i1 %.13360.not.i, label %common.ret, label %B344.if.lr.ph.i

B344.if.lr.ph.i:                                  ; preds = %B260.i
  %2 = add i64 %arg.control, 512
  %.12.i.i = getelementptr i8, ptr %.10, i64 408
  %.19.i.i = getelementptr i8, ptr %.10, i64 424
  %.7.i.i.i = getelementptr i8, ptr %.10, i64 384
  %.13.i.i.i = getelementptr i8, ptr %.10, i64 392
  %.31.i.i = getelementptr i8, ptr %.10, i64 416
  br label %B344.if.i

B490.i:                                           ; preds = %B344.if.i, %wait.exit.i
  %spins.2.1.i = phi i64 [ %.217.i, %wait.exit.i ], [ 0, %B344.if.i ]
  %.13.i.i = load i64, ptr %.12.i.i, align 8
  %.20.i.i = load i64, ptr %.19.i.i, align 8
  %.22.i.i = icmp sgt i64 %spins.2.1.i, %.20.i.i
  %.25.i.i = icmp ne i64 %.13.i.i, 0
  %or.cond.i.i = select i1 %.22.i.i, i1 %.25.i.i, i1 false
  br i1 %or.cond.i.i, label %B128.i.i, label %B212.i.i

B128.i.i:                                         ; preds = %B490.i
  %.32.i.i = load i64, ptr %.31.i.i, align 8
  %.36.i.i = inttoptr i64 %.13.i.i to ptr
  tail call void %.36.i.i(i64 %.32.i.i)
  br label %wait.exit.i

B212.i.i:                                         ; preds = %B490.i
  %.8.i.i.i = load i64, ptr %.7.i.i.i, align 8
  %.14.i.i.i = load i64, ptr %.13.i.i.i, align 8
  %.15.i.i.i = icmp sgt i64 %spins.2.1.i, %.14.i.i.i
  %.18.i.i.i = icmp ne i64 %.8.i.i.i, 0
  %or.cond.i.i.i = select i1 %.15.i.i.i, i1 %.18.i.i.i, i1 false
  br i1 %or.cond.i.i.i, label %B128.i.i.i, label %B162.i.i.i

B128.i.i.i:                                       ; preds = %B212.i.i
  %.21.i.i.i = inttoptr i64 %.8.i.i.i to ptr
  tail call void %.21.i.i.i()
  br label %wait.exit.i

B162.i.i.i:                                       ; preds = %B212.i.i
  tail call void @graphc_pause()
  br label %wait.exit.i

wait.exit.i: ; preds = %B162.i.i.i, %B128.i.i.i, %B128.i.i
  %.217.i = add i64 %spins.2.1.i, 1
  %.224.i = load atomic i64, ptr %.185.i acquire, align 8
  %.226.not.i = icmp eq i64 %.224.i, %.45.i
  br i1 %.226.not.i, label %B602.i, label %B490.i

B602.i:                                           ; preds = %wait.exit.i, %B344.if.i
  %exitcond.not.i = icmp eq i64 %.146.i, %.21.i
  br i1 %exitcond.not.i, label %common.ret, label %B344.if.i

B344.if.i:                                        ; preds = %B602.i, %B344.if.lr.ph.i
  %.75.062.i = phi i64 [ 1, %B344.if.lr.ph.i ], [ %.146.i, %B602.i ]
  %.146.i = add i64 %.75.062.i, 1
  %3 = shl i64 %.75.062.i, 7
  %.175.i = add i64 %2, %3
  %.185.i = inttoptr i64 %.175.i to ptr
  %.186.i = load atomic i64, ptr %.185.i acquire, align 8
  %.188.not.i = icmp eq i64 %.186.i, %.45.i
  br i1 %.188.not.i, label %B602.i, label %B490.i

B310.if:                                          ; preds = %B310
  %.125 = add i64 %.54.0, 1
  %4 = shl i64 %.54.0, 7
  %.155 = add i64 %0, %4
  %.156 = inttoptr i64 %.155 to ptr
  %.157 = load atomic i64, ptr %.156 seq_cst, align 8
  %.158.not = icmp eq i64 %.157, 0
  br i1 %.158.not, label %B310, label %B442
}

define internal fastcc void @walk(ptr %retptr, i64 %arg.control, i64 %arg.step, i64 %arg.thread, i64 %arg.threads) {
entry:
  %.14 = inttoptr i64 %arg.step to ptr
  %.27 = getelementptr i8, ptr %.14, i64 8
  %.28 = load i64, ptr %.27, align 8
  %.11175.not = icmp slt i64 %.28, 1
  br i1 %.11175.not, label %common.ret, label %B188.if.lr.ph

B188.if.lr.ph:                                    ; preds = %entry
  %.21 = getelementptr i8, ptr %.14, i64 24
  %.22 = load i64, ptr %.21, align 8
  %.16 = load i64, ptr %.14, align 8
  %.17.i = icmp eq i64 %arg.threads, 1
  %.38.i = add i64 %arg.control, 256
  %.39.i = inttoptr i64 %.38.i to ptr
  %.46.i = add i64 %arg.control, 128
  %.47.i = inttoptr i64 %.46.i to ptr
  %.50.i = add i64 %arg.threads, -1
  %.11.i.i = inttoptr i64 %arg.control to ptr
  %.12.i.i = getelementptr i8, ptr %.11.i.i, i64 408
  %.19.i.i = getelementptr i8, ptr %.11.i.i, i64 424
  %.7.i.i.i = getelementptr i8, ptr %.11.i.i, i64 384
  %.13.i.i.i = getelementptr i8, ptr %.11.i.i, i64 392
  %.31.i.i = getelementptr i8, ptr %.11.i.i, i64 416
  %.62.i = add i64 %arg.control, 264
  %.64.i = inttoptr i64 %.22 to ptr
  %.74.i = inttoptr i64 %.62.i to ptr
  %.211 = icmp sgt i64 %arg.threads, 1
  %.229 = icmp eq i64 %arg.thread, 0
  %.263 = getelementptr i8, ptr %.64.i, i64 8
  br label %B188.if

B274:                                             ; preds = %B188.if
  br i1 %.17.i, label %B16.i, label %B78.i

B16.i:                                            ; preds = %B274
  %.25.i = load atomic i64, ptr %.64.i acquire, align 8
  %.30.i = load atomic i64, ptr %.64.i acquire, align 8
  %.33.i = or i64 %.30.i, %.25.i
  br label %meet.exit

B78.i:                                            ; preds = %B274
  %.40.i = load atomic i64, ptr %.39.i acquire, align 8
  %.48.i = atomicrmw add ptr %.47.i, i64 1 acq_rel, align 8
  %.53.i = icmp eq i64 %.48.i, %.50.i
  br i1 %.53.i, label %B218.i, label %B476.i

B218.i:                                           ; preds = %B78.i
  store i64 0, ptr %.47.i, align 8
  %.65.i = load atomic i64, ptr %.64.i acquire, align 8
  %.70.i = load atomic i64, ptr %.64.i acquire, align 8
  %.73.i = or i64 %.70.i, %.65.i
  store i64 %.73.i, ptr %.74.i, align 8
  %.80.i = add i64 %.40.i, 1
  store atomic i64 %.80.i, ptr %.39.i release, align 8
  br label %B662.i

B476.i:                                           ; preds = %B78.i
  %.97.i = load atomic i64, ptr %.39.i acquire, align 8
  %.99.i = icmp eq i64 %.97.i, %.40.i
  br i1 %.99.i, label %B550.i, label %B662.i

B550.i:                                           ; preds = %B476.i, %wait.exit.i
  %spins.2.0.i = phi i64 [ %.130.i, %wait.exit.i ], [ 0, %B476.i ]
  %.13.i.i = load i64, ptr %.12.i.i, align 8
  %.20.i.i = load i64, ptr %.19.i.i, align 8
  %.22.i.i = icmp sgt i64 %spins.2.0.i, %.20.i.i
  %.25.i.i = icmp ne i64 %.13.i.i, 0
  %or.cond.i.i = select i1 %.22.i.i, i1 %.25.i.i, i1 false
  br i1 %or.cond.i.i, label %B128.i.i, label %B212.i.i

B128.i.i:                                         ; preds = %B550.i
  %.32.i.i = load i64, ptr %.31.i.i, align 8
  %.36.i.i = inttoptr i64 %.13.i.i to ptr
  tail call void %.36.i.i(i64 %.32.i.i)
  br label %wait.exit.i

B212.i.i:                                         ; preds = %B550.i
  %.8.i.i.i = load i64, ptr %.7.i.i.i, align 8
  %.14.i.i.i = load i64, ptr %.13.i.i.i, align 8
  %.15.i.i.i = icmp sgt i64 %spins.2.0.i, %.14.i.i.i
  %.18.i.i.i = icmp ne i64 %.8.i.i.i, 0
  %or.cond.i.i.i = select i1 %.15.i.i.i, i1 %.18.i.i.i, i1 false
  br i1 %or.cond.i.i.i, label %B128.i.i.i, label %B162.i.i.i

B128.i.i.i:                                       ; preds = %B212.i.i
  %.21.i.i.i = inttoptr i64 %.8.i.i.i to ptr
  tail call void %.21.i.i.i()
  br label %wait.exit.i

B162.i.i.i:                                       ; preds = %B212.i.i
  tail call void @graphc_pause()
  br label %wait.exit.i

wait.exit.i: ; preds = %B162.i.i.i, %B128.i.i.i, %B128.i.i
  %.130.i = add i64 %spins.2.0.i, 1
  %.137.i = load atomic i64, ptr %.39.i acquire, align 8
  %.139.i = icmp eq i64 %.137.i, %.40.i
  br i1 %.139.i, label %B550.i, label %B662.i

B662.i:                                           ; preds = %wait.exit.i, %B476.i, %B218.i
  %.151.i = load i64, ptr %.74.i, align 8
  br label %meet.exit

meet.exit: ; preds = %B16.i, %B662.i
  %storemerge.i = phi i64 [ %.151.i, %B662.i ], [ %.33.i, %B16.i ]
  %.188.not = icmp eq i64 %storemerge.i, 0
  br i1 %.188.not, label %B324, label %common.ret

common.ret:                                       ; preds = %meet.exit, %B832, %entry
  %storemerge74 = phi i64 [ 0, %entry ], [ 0, %B832 ], [ 1, %meet.exit ]
  store i64 %storemerge74, ptr %retptr, align 8
  ret void

B324:                                             ; preds = %meet.exit, %B188.if
  %.207 = and i64 %.152, 1
  %.208 = icmp ne i64 %.207, 0
  %or.cond = select i1 %.208, i1 %.211, i1 false
  br i1 %or.cond, label %B366, label %B500

B366:                                             ; preds = %B324
  %.218 = load i64, ptr %.150, align 8
  %.221 = getelementptr i8, ptr %.150, i64 8
  %.222 = load i64, ptr %.221, align 8
  %.225 = inttoptr i64 %.218 to ptr
  tail call void %.225(i64 %.222, i64 %arg.thread, i64 %arg.threads)
  br label %B832

B500:                                             ; preds = %B324
  br i1 %.229, label %B512, label %B832

B512:                                             ; preds = %B500
  %.233 = load i64, ptr %.64.i, align 8
  %.234 = icmp eq i64 %.233, 0
  br i1 %.234, label %B550, label %B832

B550:                                             ; preds = %B512
  %.239 = load i64, ptr %.150, align 8
  %.242 = getelementptr i8, ptr %.150, i64 8
  %.243 = load i64, ptr %.242, align 8
  %.244 = inttoptr i64 %.239 to ptr
  tail call void %.244(i64 %.243, i64 0, i64 1)
  %.247 = and i64 %.152, 4
  %.250.not = icmp eq i64 %.247, 0
  br i1 %.250.not, label %B832, label %B712

B712:                                             ; preds = %B550
  %.254 = load i64, ptr %.64.i, align 8
  %.255.not = icmp eq i64 %.254, 0
  br i1 %.255.not, label %B832, label %B750

B750:                                             ; preds = %B712
  %.259 = getelementptr i8, ptr %.150, i64 24
  %.260 = load i64, ptr %.259, align 8
  store i64 %.260, ptr %.263, align 8
  br label %B832

B832:                                             ; preds = %B750, %B712, %B550, %B512, %B500, %B366
  %.270 = add i64 %record.2.077, 32
  %.111 = icmp sgt i64 %.55.076, 1
  br i1 %.111, label %B188.if, label %common.ret

B188.if:                                          ; preds = %B188.if.lr.ph, %B832
  %record.2.077 = phi i64 [ %.16, %B188.if.lr.ph ], [ %.270, %B832 ]
  %.55.076 = phi i64 [ %.28, %B188.if.lr.ph ], [ %.120, %B832 ]
  %.120 = add i64 %.55.076, -1
  %.150 = inttoptr i64 %record.2.077 to ptr
  %.151 = getelementptr i8, ptr %.150, i64 16
  %.152 = load i64, ptr %.151, align 8
  %.157 = and i64 %.152, 2
  %.158.not = icmp eq i64 %.157, 0
  br i1 %.158.not, label %B324, label %B274
}

declare void @llvm.memcpy.p0.p0.i64(ptr , ptr , i64, i1 )

define i64 @graphc_worker(i64 %a0, i64 %a1) {
  %.11.i = shl i64 %a1, 7
  %.13.i = add i64 %a0, 512
  %.15.i = add i64 %.13.i, %.11.i
  %.21.i = add i64 %.15.i, 8
  %.22.i = inttoptr i64 %.21.i to ptr
  store atomic i64 0, ptr %.22.i seq_cst, align 8
  %.27.i = inttoptr i64 %.15.i to ptr
  %.28.i = load i64, ptr %.27.i, align 8
  %.39.i = inttoptr i64 %a0 to ptr
  %.48.i = getelementptr i8, ptr %.39.i, i64 8
  %.65.i = getelementptr i8, ptr %.39.i, i64 16
  %.69.i = getelementptr i8, ptr %.39.i, i64 24
  %.110.i = getelementptr i8, ptr %.39.i, i64 400
  %.7.i.i = getelementptr i8, ptr %.39.i, i64 384
  %.13.i.i = getelementptr i8, ptr %.39.i, i64 392
  br label %B204.i.outer

B204.i.outer:                                     ; preds = %B482.i, %0
  %seen.2.0.i.ph = phi i64 [ %.54.i, %B482.i ], [ %.28.i, %0 ]
  br label %B204.i.outer1

B204.i.outer1:                                    ; preds = %B204.i.outer, %relax.exit.i
  %spins.3.0.i.ph = phi i64 [ 0, %B204.i.outer ], [ %.149.i, %relax.exit.i ]
  br label %B204.i

B204.i:                                           ; preds = %B204.i.outer1, %B810.i
  %.40.i = load atomic i64, ptr %.39.i acquire, align 8
  %.42.not.i = icmp eq i64 %.40.i, %seen.2.0.i.ph
  br i1 %.42.not.i, label %B568.i, label %B274.i

B274.i:                                           ; preds = %B204.i
  %.49.i = load i64, ptr %.48.i, align 8
  %.54.i = add i64 %seen.2.0.i.ph, 1
  %.61.not.i = icmp eq i64 %.49.i, 0
  br i1 %.61.not.i, label %B482.thread.i, label %B482.i

B482.thread.i:                                    ; preds = %B274.i
  store atomic i64 %.54.i, ptr %.27.i release, align 8
  br label %worker.exit

B482.i:                                           ; preds = %B274.i
  %.66.i = load i64, ptr %.65.i, align 8
  %.70.i = load i64, ptr %.69.i, align 8
  %.74.i = inttoptr i64 %.49.i to ptr
  tail call void %.74.i(i64 %a0, i64 %.66.i, i64 %a1, i64 %.70.i)
  store atomic i64 %.54.i, ptr %.27.i release, align 8
  br label %B204.i.outer

B568.i:                                           ; preds = %B204.i
  %.111.i = load i64, ptr %.110.i, align 8
  %.113.i = icmp slt i64 %spins.3.0.i.ph, %.111.i
  br i1 %.113.i, label %B628.i, label %B672.i

B628.i:                                           ; preds = %B568.i
  %.8.i.i = load i64, ptr %.7.i.i, align 8
  %.14.i.i = load i64, ptr %.13.i.i, align 8
  %.15.i.i = icmp sgt i64 %spins.3.0.i.ph, %.14.i.i
  %.18.i.i = icmp ne i64 %.8.i.i, 0
  %or.cond.i.i = select i1 %.15.i.i, i1 %.18.i.i, i1 false
  br i1 %or.cond.i.i, label %B128.i.i, label %B162.i.i

B128.i.i:                                         ; preds = %B628.i
  %.21.i.i = inttoptr i64 %.8.i.i to ptr
  tail call void %.21.i.i()
  br label %relax.exit.i

B162.i.i:                                         ; preds = %B628.i
  tail call void @graphc_pause()
  br label %relax.exit.i

relax.exit.i: ; preds = %B162.i.i, %B128.i.i
  %.149.i = add i64 %spins.3.0.i.ph, 1
  br label %B204.i.outer1

B672.i:                                           ; preds = %B568.i
  store atomic i64 1, ptr %.22.i seq_cst, align 8
  %.164.i = load atomic i64, ptr %.39.i seq_cst, align 8
  %.166.i = icmp eq i64 %.164.i, %seen.2.0.i.ph
  br i1 %.166.i, label %worker.exit, label %B810.i

B810.i:                                           ; preds = %B672.i
  store atomic i64 0, ptr %.22.i seq_cst, align 8
  br label %B204.i

worker.exit: ; preds = %B672.i, %B482.thread.i
  %storemerge.i = phi i64 [ 1, %B482.thread.i ], [ 0, %B672.i ]
  ret i64 %storemerge.i
}

define i64 @graphc_launch(i64 %a0, i64 %a1, i64 %a2) {
  %answer = alloca i64, align 8
  call fastcc void @launch(ptr %answer, i64 %a0, i64 %a1, i64 %a2)
  %value = load i64, ptr %answer, align 8
  ret i64 %value
}

define i64 @graphc_finish(i64 %a0) {
  %.8.i = inttoptr i64 %a0 to ptr
  %.9.i = getelementptr i8, ptr %.8.i, i64 32
  store i64 0, ptr %.9.i, align 8
  %.13.i = getelementptr i8, ptr %.8.i, i64 8
  %.14.i = load i64, ptr %.13.i, align 8
  %.20.i = getelementptr i8, ptr %.8.i, i64 24
  %.21.i = load i64, ptr %.20.i, align 8
  %.26.not.i = icmp eq i64 %.14.i, 0
  br i1 %.26.not.i, label %B260.i, label %B174.i

B174.i:                                           ; preds = %0
  %.30.i = getelementptr i8, ptr %.8.i, i64 16
  %.31.i = load i64, ptr %.30.i, align 8
  %.35.i = inttoptr i64 %.14.i to ptr
  tail call void %.35.i(i64 %a0, i64 %.31.i, i64 0, i64 %.21.i)
  br label %B260.i

B260.i:                                           ; preds = %B174.i, %0
  %.45.i = load i64, ptr %.8.i, align 8
  %.88.i = add i64 %.21.i, -1
  %.13360.not.i = icmp slt i64 %.88.i, 1
  br i1 %.13360.not.i, label %finish.exit, label %B344.if.lr.ph.i

B344.if.lr.ph.i:                                  ; preds = %B260.i
  %1 = add i64 %a0, 512
  %.12.i.i = getelementptr i8, ptr %.8.i, i64 408
  %.19.i.i = getelementptr i8, ptr %.8.i, i64 424
  %.7.i.i.i = getelementptr i8, ptr %.8.i, i64 384
  %.13.i.i.i = getelementptr i8, ptr %.8.i, i64 392
  %.31.i.i = getelementptr i8, ptr %.8.i, i64 416
  br label %B344.if.i

B490.i:                                           ; preds = %B344.if.i, %wait.exit.i
  %spins.2.1.i = phi i64 [ %.217.i, %wait.exit.i ], [ 0, %B344.if.i ]
  %.13.i.i = load i64, ptr %.12.i.i, align 8
  %.20.i.i = load i64, ptr %.19.i.i, align 8
  %.22.i.i = icmp sgt i64 %spins.2.1.i, %.20.i.i
  %.25.i.i = icmp ne i64 %.13.i.i, 0
  %or.cond.i.i = select i1 %.22.i.i, i1 %.25.i.i, i1 false
  br i1 %or.cond.i.i, label %B128.i.i, label %B212.i.i

B128.i.i:                                         ; preds = %B490.i
  %.32.i.i = load i64, ptr %.31.i.i, align 8
  %.36.i.i = inttoptr i64 %.13.i.i to ptr
  tail call void %.36.i.i(i64 %.32.i.i)
  br label %wait.exit.i

B212.i.i:                                         ; preds = %B490.i
  %.8.i.i.i = load i64, ptr %.7.i.i.i, align 8
  %.14.i.i.i = load i64, ptr %.13.i.i.i, align 8
  %.15.i.i.i = icmp sgt i64 %spins.2.1.i, %.14.i.i.i
  %.18.i.i.i = icmp ne i64 %.8.i.i.i, 0
  %or.cond.i.i.i = select i1 %.15.i.i.i, i1 %.18.i.i.i, i1 false
  br i1 %or.cond.i.i.i, label %B128.i.i.i, label %B162.i.i.i

B128.i.i.i:                                       ; preds = %B212.i.i
  %.21.i.i.i = inttoptr i64 %.8.i.i.i to ptr
  tail call void %.21.i.i.i()
  br label %wait.exit.i

B162.i.i.i:                                       ; preds = %B212.i.i
  tail call void @graphc_pause()
  br label %wait.exit.i

wait.exit.i: ; preds = %B162.i.i.i, %B128.i.i.i, %B128.i.i
  %.217.i = add i64 %spins.2.1.i, 1
  %.224.i = load atomic i64, ptr %.185.i acquire, align 8
  %.226.not.i = icmp eq i64 %.224.i, %.45.i
  br i1 %.226.not.i, label %B602.i, label %B490.i

B602.i:                                           ; preds = %wait.exit.i, %B344.if.i
  %exitcond.not.i = icmp eq i64 %.146.i, %.21.i
  br i1 %exitcond.not.i, label %finish.exit, label %B344.if.i

B344.if.i:                                        ; preds = %B602.i, %B344.if.lr.ph.i
  %.75.062.i = phi i64 [ 1, %B344.if.lr.ph.i ], [ %.146.i, %B602.i ]
  %.146.i = add i64 %.75.062.i, 1
  %2 = shl i64 %.75.062.i, 7
  %.175.i = add i64 %1, %2
  %.185.i = inttoptr i64 %.175.i to ptr
  %.186.i = load atomic i64, ptr %.185.i acquire, align 8
  %.188.not.i = icmp eq i64 %.186.i, %.45.i
  br i1 %.188.not.i, label %B602.i, label %B490.i

finish.exit: ; preds = %B602.i, %B260.i
  ret i64 0
}

define i64 @graphc_enter(i64 %a0, i64 %a1) {
  %.257.i = alloca i64, align 8
  store i64 0, ptr %.257.i, align 8
  %.11.not.i = icmp eq i64 %a1, 0
  %.pre.i = inttoptr i64 %a0 to ptr
  br i1 %.11.not.i, label %B80.i, label %B16.i

B16.i:                                            ; preds = %0
  %.12.i.i = getelementptr i8, ptr %.pre.i, i64 64
  %.13.i.i = load i64, ptr %.12.i.i, align 8
  %.19.i.i = getelementptr i8, ptr %.pre.i, i64 56
  %.20.i.i = load i64, ptr %.19.i.i, align 8
  %.26.i.i = add i64 %.13.i.i, %a1
  %.27.i.i = inttoptr i64 %.26.i.i to ptr
  %.28.i.i = load i64, ptr %.27.i.i, align 8
  %.30.not.i.i = icmp eq i64 %.28.i.i, %.20.i.i
  br i1 %.30.not.i.i, label %B156.i.i, label %enter.exit

B156.i.i:                                         ; preds = %B16.i
  %.147164.not.i.i = icmp slt i64 %.20.i.i, 1
  br i1 %.147164.not.i.i, label %B80.i, label %B298.if.lr.ph.i.i

B298.if.lr.ph.i.i:                                ; preds = %B156.i.i
  %.55.i.i = getelementptr i8, ptr %.pre.i, i64 48
  %.56.i.i = load i64, ptr %.55.i.i, align 8
  %.44.i.i = getelementptr i8, ptr %.pre.i, i64 72
  %.45.i.i = load i64, ptr %.44.i.i, align 8
  %.47.i.i = add i64 %.45.i.i, %a1
  %.186.i.i = inttoptr i64 %.47.i.i to ptr
  br label %B298.if.i.i

B438.i.i:                                         ; preds = %B298.if.i.i
  %.226.i.i = getelementptr i8, ptr %.199.i.i, i64 16
  %.227.i.i = load i64, ptr %.226.i.i, align 8
  %.232.i.i = inttoptr i64 %.194.i.i to ptr
  %.233.i.i = getelementptr i8, ptr %.232.i.i, i64 40
  %.234.i.i = load i64, ptr %.233.i.i, align 8
  %.237.i.i = getelementptr i8, ptr %.199.i.i, i64 8
  %.238.i.i = load i64, ptr %.237.i.i, align 8
  %.239.not.i.i = icmp eq i64 %.234.i.i, %.238.i.i
  br i1 %.239.not.i.i, label %B588.i.i, label %enter.exit

B588.i.i:                                         ; preds = %B438.i.i
  %.242.i.i = add i64 %.194.i.i, 8
  %.243.i.i = inttoptr i64 %.242.i.i to ptr
  %.244.i.i = load i32, ptr %.243.i.i, align 4
  %.245.i.i = zext i32 %.244.i.i to i64
  %.247.not.i.i = icmp eq i64 %.227.i.i, %.245.i.i
  br i1 %.247.not.i.i, label %B638.i.i, label %enter.exit

B638.i.i:                                         ; preds = %B588.i.i
  %.264.i.i = add i64 %.194.i.i, 48
  %.265.i.i = inttoptr i64 %.264.i.i to ptr
  %.266.i.i = load i32, ptr %.265.i.i, align 4
  %1 = and i32 %.266.i.i, 257
  %.269.not.i.i = icmp eq i32 %1, 257
  br i1 %.269.not.i.i, label %B734.i.i, label %enter.exit

B734.i.i:                                         ; preds = %B638.i.i
  %.287.i.i = getelementptr i8, ptr %.232.i.i, i64 16
  %.288.i.i = load i64, ptr %.287.i.i, align 8
  %.294.i.i = getelementptr i8, ptr %.199.i.i, i64 24
  %.295.i.i = load i64, ptr %.294.i.i, align 8
  %.420.i.i = inttoptr i64 %.288.i.i to ptr
  %.424.i.i = inttoptr i64 %.295.i.i to ptr
  br label %B848.i.i

B848.i.i:                                         ; preds = %B848.if.i.i, %B734.i.i
  %.325.0.i.i = phi i64 [ 0, %B734.i.i ], [ %.394.i.i, %B848.if.i.i ]
  %.328.0.i.i = phi i64 [ %.227.i.i, %B734.i.i ], [ %.390.i.i, %B848.if.i.i ]
  %.381.i.i = icmp sgt i64 %.328.0.i.i, 0
  br i1 %.381.i.i, label %B848.if.i.i, label %B930.i.i

B930.i.i:                                         ; preds = %B848.i.i
  %.459.i.i = load i64, ptr %.232.i.i, align 8
  %.464.i.i = getelementptr i8, ptr %.199.i.i, i64 48
  store i64 %.459.i.i, ptr %.464.i.i, align 8
  %.468.i.i = add i64 %record.2.0167.i.i, 56
  %exitcond.not.i.i = icmp eq i64 %.160.i.i, %.20.i.i
  br i1 %exitcond.not.i.i, label %B80.i, label %B298.if.i.i

B298.if.i.i:                                      ; preds = %B930.i.i, %B298.if.lr.ph.i.i
  %record.2.0167.i.i = phi i64 [ %.56.i.i, %B298.if.lr.ph.i.i ], [ %.468.i.i, %B930.i.i ]
  %.88.0165.i.i = phi i64 [ 0, %B298.if.lr.ph.i.i ], [ %.160.i.i, %B930.i.i ]
  %.160.i.i = add i64 %.88.0165.i.i, 1
  %.187.i.i = getelementptr i64, ptr %.186.i.i, i64 %.88.0165.i.i
  %.188.i.i = load i64, ptr %.187.i.i, align 8
  %.194.i.i = add i64 %.188.i.i, %.13.i.i
  %.195.i.i = add i64 %.194.i.i, -8
  %.196.i.i = inttoptr i64 %.195.i.i to ptr
  %.197.i.i = load i64, ptr %.196.i.i, align 8
  %.199.i.i = inttoptr i64 %record.2.0167.i.i to ptr
  %.201.i.i = load i64, ptr %.199.i.i, align 8
  %.202.not.i.i = icmp eq i64 %.197.i.i, %.201.i.i
  br i1 %.202.not.i.i, label %B438.i.i, label %enter.exit

B848.if.i.i:                                      ; preds = %B848.i.i
  %.390.i.i = add i64 %.328.0.i.i, -1
  %.394.i.i = add i64 %.325.0.i.i, 1
  %.421.i.i = getelementptr i64, ptr %.420.i.i, i64 %.325.0.i.i
  %.422.i.i = load i64, ptr %.421.i.i, align 8
  %.425.i.i = getelementptr i64, ptr %.424.i.i, i64 %.325.0.i.i
  %.426.i.i = load i64, ptr %.425.i.i, align 8
  %.427.not.i.i = icmp eq i64 %.422.i.i, %.426.i.i
  br i1 %.427.not.i.i, label %B848.i.i, label %enter.exit

B80.i:                                            ; preds = %B930.i.i, %B156.i.i, %0
  %.60.i = getelementptr i8, ptr %.pre.i, i64 56
  %.61.i = load i64, ptr %.60.i, align 8
  %.14171.not.i = icmp slt i64 %.61.i, 1
  br i1 %.14171.not.i, label %B282.i, label %B210.if.preheader.i

B210.if.preheader.i:                              ; preds = %B80.i
  %.53.i = getelementptr i8, ptr %.pre.i, i64 48
  %.54.i = load i64, ptr %.53.i, align 8
  br label %B210.if.i

B282.i:                                           ; preds = %set_slots.exit.i, %B80.i
  %.218.i = getelementptr i8, ptr %.pre.i, i64 16
  %.219.i = load i64, ptr %.218.i, align 8
  %.220.i = icmp eq i64 %.219.i, 1
  br i1 %.220.i, label %B342.i, label %B380.i

B342.i:                                           ; preds = %B282.i
  %.27.i61.i = getelementptr i8, ptr %.pre.i, i64 8
  %.28.i62.i = load i64, ptr %.27.i61.i, align 8
  %.11175.not.i.i = icmp slt i64 %.28.i62.i, 1
  br i1 %.11175.not.i.i, label %B562.i, label %B188.if.lr.ph.i.i

B188.if.lr.ph.i.i:                                ; preds = %B342.i
  %.21.i.i = getelementptr i8, ptr %.pre.i, i64 24
  %.22.i.i = load i64, ptr %.21.i.i, align 8
  %.16.i.i = load i64, ptr %.pre.i, align 8
  %.64.i.i.i = inttoptr i64 %.22.i.i to ptr
  %.263.i.i = getelementptr i8, ptr %.64.i.i.i, i64 8
  br label %B188.if.i.i

B274.i.i:                                         ; preds = %B188.if.i.i
  %.25.i.i.i = load atomic i64, ptr %.64.i.i.i acquire, align 8
  %.30.i.i.i = load atomic i64, ptr %.64.i.i.i acquire, align 8
  %.33.i.i.i = or i64 %.30.i.i.i, %.25.i.i.i
  %.188.not.i.i = icmp eq i64 %.33.i.i.i, 0
  br i1 %.188.not.i.i, label %B324.i.i, label %B562.i

B324.ithread-pre-split.i:                         ; preds = %B188.if.i.i
  %.233.i63.pr.i = load i64, ptr %.64.i.i.i, align 8
  br label %B324.i.i

B324.i.i:                                         ; preds = %B324.ithread-pre-split.i, %B274.i.i
  %.233.i63.i = phi i64 [ %.233.i63.pr.i, %B324.ithread-pre-split.i ], [ %.30.i.i.i, %B274.i.i ]
  %.234.i64.i = icmp eq i64 %.233.i63.i, 0
  br i1 %.234.i64.i, label %B550.i.i, label %B832.i.i

B550.i.i:                                         ; preds = %B324.i.i
  %.239.i.i = load i64, ptr %.150.i.i, align 8
  %.242.i65.i = getelementptr i8, ptr %.150.i.i, i64 8
  %.243.i66.i = load i64, ptr %.242.i65.i, align 8
  %.244.i67.i = inttoptr i64 %.239.i.i to ptr
  tail call void %.244.i67.i(i64 %.243.i66.i, i64 0, i64 1)
  %.247.i.i = and i64 %.152.i.i, 4
  %.250.not.i.i = icmp eq i64 %.247.i.i, 0
  br i1 %.250.not.i.i, label %B832.i.i, label %B712.i.i

B712.i.i:                                         ; preds = %B550.i.i
  %.254.i.i = load i64, ptr %.64.i.i.i, align 8
  %.255.not.i.i = icmp eq i64 %.254.i.i, 0
  br i1 %.255.not.i.i, label %B832.i.i, label %B750.i.i

B750.i.i:                                         ; preds = %B712.i.i
  %.259.i.i = getelementptr i8, ptr %.150.i.i, i64 24
  %.260.i.i = load i64, ptr %.259.i.i, align 8
  store i64 %.260.i.i, ptr %.263.i.i, align 8
  br label %B832.i.i

B832.i.i:                                         ; preds = %B750.i.i, %B712.i.i, %B550.i.i, %B324.i.i
  %.270.i.i = add i64 %record.2.077.i.i, 32
  %.111.i.i = icmp ugt i64 %.55.076.i.i, 1
  br i1 %.111.i.i, label %B188.if.i.i, label %B562.i

B188.if.i.i:                                      ; preds = %B832.i.i, %B188.if.lr.ph.i.i
  %record.2.077.i.i = phi i64 [ %.16.i.i, %B188.if.lr.ph.i.i ], [ %.270.i.i, %B832.i.i ]
  %.55.076.i.i = phi i64 [ %.28.i62.i, %B188.if.lr.ph.i.i ], [ %.120.i.i, %B832.i.i ]
  %.120.i.i = add i64 %.55.076.i.i, -1
  %.150.i.i = inttoptr i64 %record.2.077.i.i to ptr
  %.151.i.i = getelementptr i8, ptr %.150.i.i, i64 16
  %.152.i.i = load i64, ptr %.151.i.i, align 8
  %.157.i.i = and i64 %.152.i.i, 2
  %.158.not.i.i = icmp eq i64 %.157.i.i, 0
  br i1 %.158.not.i.i, label %B324.ithread-pre-split.i, label %B274.i.i

B380.i:                                           ; preds = %B282.i
  %.250.i = getelementptr i8, ptr %.pre.i, i64 32
  %.251.i = load i64, ptr %.250.i, align 8
  %.254.i = getelementptr i8, ptr %.pre.i, i64 40
  %.255.i = load i64, ptr %.254.i, align 8
  store i64 0, ptr %.257.i, align 8
  call fastcc void @launch(ptr %.257.i, i64 %.251.i, i64 %.255.i, i64 %a0)
  %.271.i = load i64, ptr %.257.i, align 8
  %.281.not.i = icmp eq i64 %.271.i, 0
  br i1 %.281.not.i, label %B562.i, label %enter.exit

B562.i:                                           ; preds = %B832.i.i, %B274.i.i, %B380.i, %B342.i
  %.289.i = getelementptr i8, ptr %.pre.i, i64 24
  %.290.i = load i64, ptr %.289.i, align 8
  %.293.i = inttoptr i64 %.290.i to ptr
  %.294.i = load i64, ptr %.293.i, align 8
  br label %enter.exit

B210.if.i:                                        ; preds = %set_slots.exit.i, %B210.if.preheader.i
  %record.2.073.i = phi i64 [ %.206.i, %set_slots.exit.i ], [ %.54.i, %B210.if.preheader.i ]
  %.88.072.i = phi i64 [ %.150.i, %set_slots.exit.i ], [ %.61.i, %B210.if.preheader.i ]
  %.150.i = add i64 %.88.072.i, -1
  %.5.i.i = inttoptr i64 %record.2.073.i to ptr
  %.6.i.i = getelementptr i8, ptr %.5.i.i, i64 48
  %.7.i.i = load i64, ptr %.6.i.i, align 8
  %.18.i.i = getelementptr i8, ptr %.5.i.i, i64 40
  %.19.i57.i = load i64, ptr %.18.i.i, align 8
  %.10138.not.i.i = icmp slt i64 %.19.i57.i, 1
  br i1 %.10138.not.i.i, label %set_slots.exit.i, label %B186.if.lr.ph.i.i

B186.if.lr.ph.i.i:                                ; preds = %B210.if.i
  %.12.i58.i = getelementptr i8, ptr %.5.i.i, i64 32
  %.13.i59.i = load i64, ptr %.12.i58.i, align 8
  %.140.i.i = inttoptr i64 %.13.i59.i to ptr
  br label %B186.if.i.i

B186.if.i.i:                                      ; preds = %B186.if.i.i, %B186.if.lr.ph.i.i
  %.43.039.i.i = phi i64 [ 0, %B186.if.lr.ph.i.i ], [ %.114.i.i, %B186.if.i.i ]
  %.114.i.i = add i64 %.43.039.i.i, 1
  %.141.i.i = getelementptr i64, ptr %.140.i.i, i64 %.43.039.i.i
  %.142.i.i = load i64, ptr %.141.i.i, align 8
  %.144.i.i = inttoptr i64 %.142.i.i to ptr
  store i64 %.7.i.i, ptr %.144.i.i, align 8
  %exitcond.not.i60.i = icmp eq i64 %.114.i.i, %.19.i57.i
  br i1 %exitcond.not.i60.i, label %set_slots.exit.i, label %B186.if.i.i

set_slots.exit.i: ; preds = %B186.if.i.i, %B210.if.i
  %.206.i = add i64 %record.2.073.i, 56
  %.141.i = icmp ugt i64 %.88.072.i, 1
  br i1 %.141.i, label %B210.if.i, label %B282.i

enter.exit: ; preds = %B438.i.i, %B588.i.i, %B638.i.i, %B298.if.i.i, %B848.if.i.i, %B16.i, %B380.i, %B562.i
  %.294.sink.i = phi i64 [ %.294.i, %B562.i ], [ -1, %B16.i ], [ -2, %B380.i ], [ -1, %B848.if.i.i ], [ -1, %B298.if.i.i ], [ -1, %B638.i.i ], [ -1, %B588.i.i ], [ -1, %B438.i.i ]
  ret i64 %.294.sink.i
}

define void @graphc_step_body(i64 %a0, i64 %a1, i64 %a2, i64 %a3) {
  %.8.i = alloca i64, align 8
  call fastcc void @walk(ptr %.8.i, i64 %a0, i64 %a1, i64 %a2, i64 %a3)
  ret void
}

define void @graphc_epoch_body(i64 %a0, i64 %a1, i64 %a2, i64 %a3) {
  %.330.i = alloca i64, align 8
  store i64 0, ptr %.330.i, align 8
  %.17.i = inttoptr i64 %a1 to ptr
  %.18.i = getelementptr i8, ptr %.17.i, i64 16
  %.19.i = load i64, ptr %.18.i, align 8
  %.113317.not.i = icmp slt i64 %.19.i, 1
  br i1 %.113317.not.i, label %epoch_body.exit, label %B140.if.lr.ph.i

B140.if.lr.ph.i:                                  ; preds = %0
  %.25.i = getelementptr i8, ptr %.17.i, i64 56
  %.26.i = load i64, ptr %.25.i, align 8
  %.167.i = getelementptr i8, ptr %.17.i, i64 24
  %.184.i = add i64 %.19.i, -1
  %.205.i = getelementptr i8, ptr %.17.i, i64 8
  %.217.i = getelementptr i8, ptr %.17.i, i64 32
  %.21.i.i = getelementptr i8, ptr %.17.i, i64 40
  %.27.i.i = getelementptr i8, ptr %.17.i, i64 64
  %.38.i.i = add i64 %a3, -1
  %.42.i.i = icmp ne i64 %a3, 0
  %.54.i.i = icmp ne i64 %a3, -1
  %.286.i.i = icmp eq i64 %a2, 0
  %.270.i = icmp sgt i64 %a3, 1
  %.38.i172.i = add i64 %a0, 256
  %.39.i173.i = inttoptr i64 %.38.i172.i to ptr
  %.46.i.i = add i64 %a0, 128
  %.47.i.i = inttoptr i64 %.46.i.i to ptr
  %.11.i.i.i = inttoptr i64 %a0 to ptr
  %.12.i.i175.i = getelementptr i8, ptr %.11.i.i.i, i64 408
  %.19.i.i176.i = getelementptr i8, ptr %.11.i.i.i, i64 424
  %.7.i.i.i.i = getelementptr i8, ptr %.11.i.i.i, i64 384
  %.13.i.i.i.i = getelementptr i8, ptr %.11.i.i.i, i64 392
  %.31.i.i.i = getelementptr i8, ptr %.11.i.i.i, i64 416
  %.62.i178.i = add i64 %a0, 264
  %.74.i.i = inttoptr i64 %.62.i178.i to ptr
  %.17.i180.i = icmp eq i64 %a3, 1
  %.69.i232.i = inttoptr i64 %.26.i to ptr
  %.21.i245.i = getelementptr i8, ptr %.17.i, i64 80
  %.15.i247.i = getelementptr i8, ptr %.17.i, i64 72
  %.453.i = getelementptr i8, ptr %.17.i, i64 48
  %.496.i = getelementptr i8, ptr %.17.i, i64 88
  br label %B140.if.i

B270.i:                                           ; preds = %B140.if.i
  %.206.i = load i64, ptr %.205.i, align 8
  %.207.not.i = icmp eq i64 %.206.i, 0
  br i1 %.207.not.i, label %B438.i, label %B330.i

B330.i:                                           ; preds = %B270.i
  %.218.i = load i64, ptr %.217.i, align 8
  br label %B438.i

B438.i:                                           ; preds = %B140.if.i, %B330.i, %B270.i
  %step.2.1.i = phi i64 [ %.206.i, %B330.i ], [ %.157.i, %B270.i ], [ %.157.i, %B140.if.i ]
  %rows.2.1.i = phi i64 [ %.218.i, %B330.i ], [ %.168.i, %B270.i ], [ %.168.i, %B140.if.i ]
  %.168.not.i.i = phi i1 [ false, %B330.i ], [ true, %B270.i ], [ true, %B140.if.i ]
  %.231.i = inttoptr i64 %step.2.1.i to ptr
  %.232.i = getelementptr i8, ptr %.231.i, i64 24
  %.233.i = load i64, ptr %.232.i, align 8
  %.22.i.i = load i64, ptr %.21.i.i, align 8
  %.28.i.i = load i64, ptr %.27.i.i, align 8
  %.33.i.i = getelementptr i8, ptr %.231.i, i64 48
  %.34.i.i = load i64, ptr %.33.i.i, align 8
  %.39.i.i = add i64 %rows.2.1.i, %.38.i.i
  %.53.i.i = icmp ne i64 %.39.i.i, -9223372036854775808
  %.55.not.i.i = or i1 %.54.i.i, %.53.i.i
  %or.cond.i = select i1 %.42.i.i, i1 %.55.not.i.i, i1 false
  br i1 %or.cond.i, label %B0.else.if.i.i, label %B0.endif.i.i

B570.i.i:                                         ; preds = %B388.if.i.i
  %.248.i.i = mul i64 %.226.i.i, %.83.i.i
  %.250.i.i = add i64 %.233.i.i, %.248.i.i
  switch i64 %.226.i.i, label %B328.i.i.i [
    i64 8, label %B16.i.i.i
    i64 4, label %B178.i.i.i
  ]

B16.i.i.i:                                        ; preds = %B570.i.i
  br i1 %.443160.not.i.i.i, label %B634.i.i, label %B48.if.i.i.i

B178.i.i.i:                                       ; preds = %B570.i.i
  br i1 %.443160.not.i.i.i, label %B634.i.i, label %B210.if.i.i.i

B328.i.i.i:                                       ; preds = %B570.i.i
  br i1 %.443160.not.i.i.i, label %B634.i.i, label %B360.if.i.i.i

B48.if.i.i.i:                                     ; preds = %B16.i.i.i, %B48.if.i.i.i
  %target.4.0159.i.i.i = phi i64 [ %.171.i.i.i, %B48.if.i.i.i ], [ %.250.i.i, %B16.i.i.i ]
  %.65.0158.i.i.i = phi i64 [ %.129.i.i.i, %B48.if.i.i.i ], [ %.400.i.i.i, %B16.i.i.i ]
  %.62.0157.i.i.i = phi i64 [ %.133.i.i.i, %B48.if.i.i.i ], [ %.253.i.i, %B16.i.i.i ]
  %.129.i.i.i = add i64 %.65.0158.i.i.i, -1
  %.133.i.i.i = add i64 %.62.0157.i.i.i, 1
  %.160.i.i.i = getelementptr i64, ptr %.322.i.i.i, i64 %.62.0157.i.i.i
  %.161.i.i.i = load i64, ptr %.160.i.i.i, align 8
  %.162.i.i.i = shl i64 %.161.i.i.i, 3
  %.164.i.i.i = add i64 %.162.i.i.i, %.219.i.i
  %.165.i.i.i = inttoptr i64 %.164.i.i.i to ptr
  %.166.i.i.i = load i64, ptr %.165.i.i.i, align 8
  %.168.i.i.i = inttoptr i64 %target.4.0159.i.i.i to ptr
  store i64 %.166.i.i.i, ptr %.168.i.i.i, align 8
  %.171.i.i.i = add i64 %target.4.0159.i.i.i, 8
  %.120.i.i.i = icmp ugt i64 %.65.0158.i.i.i, 1
  br i1 %.120.i.i.i, label %B48.if.i.i.i, label %B634.i.i

B210.if.i.i.i:                                    ; preds = %B178.i.i.i, %B210.if.i.i.i
  %target.5.0155.i.i.i = phi i64 [ %.336.i.i.i, %B210.if.i.i.i ], [ %.250.i.i, %B178.i.i.i ]
  %.230.0154.i.i.i = phi i64 [ %.292.i.i.i, %B210.if.i.i.i ], [ %.400.i.i.i, %B178.i.i.i ]
  %.227.0153.i.i.i = phi i64 [ %.296.i.i.i, %B210.if.i.i.i ], [ %.253.i.i, %B178.i.i.i ]
  %.292.i.i.i = add i64 %.230.0154.i.i.i, -1
  %.296.i.i.i = add i64 %.227.0153.i.i.i, 1
  %.323.i.i.i = getelementptr i64, ptr %.322.i.i.i, i64 %.227.0153.i.i.i
  %.324.i.i.i = load i64, ptr %.323.i.i.i, align 8
  %.325.i.i.i = shl i64 %.324.i.i.i, 2
  %.327.i.i.i = add i64 %.325.i.i.i, %.219.i.i
  %.328.i.i.i = inttoptr i64 %.327.i.i.i to ptr
  %.329.i.i.i = load i32, ptr %.328.i.i.i, align 4
  %.333.i.i.i = inttoptr i64 %target.5.0155.i.i.i to ptr
  store i32 %.329.i.i.i, ptr %.333.i.i.i, align 4
  %.336.i.i.i = add i64 %target.5.0155.i.i.i, 4
  %.283.i.i.i = icmp ugt i64 %.230.0154.i.i.i, 1
  br i1 %.283.i.i.i, label %B210.if.i.i.i, label %B634.i.i

B360.if.i.i.i:                                    ; preds = %B328.i.i.i, %B360.if.i.i.i
  %target.6.0163.i.i.i = phi i64 [ %.496.i.i.i, %B360.if.i.i.i ], [ %.250.i.i, %B328.i.i.i ]
  %.390.0162.i.i.i = phi i64 [ %.452.i.i.i, %B360.if.i.i.i ], [ %.400.i.i.i, %B328.i.i.i ]
  %.387.0161.i.i.i = phi i64 [ %.456.i.i.i, %B360.if.i.i.i ], [ %.253.i.i, %B328.i.i.i ]
  %.452.i.i.i = add i64 %.390.0162.i.i.i, -1
  %.456.i.i.i = add i64 %.387.0161.i.i.i, 1
  %.483.i.i.i = getelementptr i64, ptr %.322.i.i.i, i64 %.387.0161.i.i.i
  %.484.i.i.i = load i64, ptr %.483.i.i.i, align 8
  %.486.i.i.i = mul i64 %.484.i.i.i, %.226.i.i
  %.488.i.i.i = add i64 %.486.i.i.i, %.219.i.i
  %.491.i.i.i = inttoptr i64 %target.6.0163.i.i.i to ptr
  %.492.i.i.i = inttoptr i64 %.488.i.i.i to ptr
  tail call void @llvm.memcpy.p0.p0.i64(ptr align 1 %.491.i.i.i, ptr align 1 %.492.i.i.i, i64 %.226.i.i, i1 false)
  %.496.i.i.i = add i64 %target.6.0163.i.i.i, %.226.i.i
  %.443.i.i.i = icmp ugt i64 %.390.0162.i.i.i, 1
  br i1 %.443.i.i.i, label %B360.if.i.i.i, label %B634.i.i

B634.i.i:                                         ; preds = %B210.if.i.i.i, %B48.if.i.i.i, %B360.if.i.i.i, %B388.if.i.i, %B328.i.i.i, %B178.i.i.i, %B16.i.i.i
  br i1 %.286.i.i, label %B646.i.i, label %B758.i.i

B646.i.i:                                         ; preds = %B634.i.i
  %.318.i.i = mul i64 %.226.i.i, %.239.i.i
  %.324.i.i = add i64 %.318.i.i, %.219.i.i
  %"$phi712.5.2.1.i.i" = select i1 %.244.not.i.i, i64 %.324.i.i, i64 %.233.i.i
  %.333.i.i = inttoptr i64 %record.2.096.i.i to ptr
  %.334.i.i = getelementptr i8, ptr %.333.i.i, i64 48
  store i64 %"$phi712.5.2.1.i.i", ptr %.334.i.i, align 8
  %.18.i.i.i = getelementptr i8, ptr %.333.i.i, i64 40
  %.19.i.i.i = load i64, ptr %.18.i.i.i, align 8
  %.10138.not.i.i.i = icmp slt i64 %.19.i.i.i, 1
  br i1 %.10138.not.i.i.i, label %B758.i.i, label %B186.if.lr.ph.i.i.i

B186.if.lr.ph.i.i.i:                              ; preds = %B646.i.i
  %.12.i.i.i = getelementptr i8, ptr %.333.i.i, i64 32
  %.13.i.i.i = load i64, ptr %.12.i.i.i, align 8
  %.140.i.i.i = inttoptr i64 %.13.i.i.i to ptr
  br label %B186.if.i.i.i

B186.if.i.i.i:                                    ; preds = %B186.if.i.i.i, %B186.if.lr.ph.i.i.i
  %.43.039.i.i.i = phi i64 [ 0, %B186.if.lr.ph.i.i.i ], [ %.114.i.i.i, %B186.if.i.i.i ]
  %.114.i.i.i = add i64 %.43.039.i.i.i, 1
  %.141.i.i.i = getelementptr i64, ptr %.140.i.i.i, i64 %.43.039.i.i.i
  %.142.i.i.i = load i64, ptr %.141.i.i.i, align 8
  %.144.i.i.i = inttoptr i64 %.142.i.i.i to ptr
  store i64 %"$phi712.5.2.1.i.i", ptr %.144.i.i.i, align 8
  %exitcond.not.i.i.i = icmp eq i64 %.114.i.i.i, %.19.i.i.i
  br i1 %exitcond.not.i.i.i, label %B758.i.i, label %B186.if.i.i.i

B758.i.i:                                         ; preds = %B186.if.i.i.i, %B646.i.i, %B634.i.i
  %.380.i.i = add i64 %record.2.096.i.i, 56
  %.385.i.i = add i64 %feed.2.095.i.i, 24
  %.178.i.i = icmp ugt i64 %.123.094.i.i, 1
  br i1 %.178.i.i, label %B388.if.i.i, label %stage.exit.i

B0.endif.i.i:                                     ; preds = %B0.else.if.i.i, %B438.i
  %quot.0.i.i = phi i64 [ 0, %B438.i ], [ %.47.1.i.i, %B0.else.if.i.i ]
  %.81.i.i = mul i64 %quot.0.i.i, %a2
  %.83.i.i = tail call i64 @llvm.smin.i64(i64 %.81.i.i, i64 %rows.2.1.i)
  %.95.i.i = getelementptr i8, ptr %.231.i, i64 56
  %.96.i.i = load i64, ptr %.95.i.i, align 8
  %.17893.not.i.i = icmp slt i64 %.96.i.i, 1
  br i1 %.17893.not.i.i, label %stage.exit.i, label %B388.if.lr.ph.i.i

B388.if.lr.ph.i.i:                                ; preds = %B0.endif.i.i
  %.88.i.i = add i64 %.83.i.i, %quot.0.i.i
  %.90.i.i = tail call i64 @llvm.smin.i64(i64 %.88.i.i, i64 %rows.2.1.i)
  %.239.i.i = mul i64 %.168.i, %.54.0319.i
  %.253.i.i = add i64 %.83.i.i, %.239.i.i
  %.400.i.i.i = sub i64 %.90.i.i, %.83.i.i
  %.443160.not.i.i.i = icmp slt i64 %.400.i.i.i, 1
  %.322.i.i.i = inttoptr i64 %.22.i.i to ptr
  br label %B388.if.i.i

B0.else.if.i.i:                                   ; preds = %B438.i
  %.58.i.i = sdiv i64 %.39.i.i, %a3
  %.59.i.i = srem i64 %.39.i.i, %a3
  %.60.i.i = xor i64 %.59.i.i, %a3
  %.61.i.i = icmp slt i64 %.60.i.i, 0
  %.62.i.i = icmp ne i64 %.59.i.i, 0
  %.63.i.i = and i1 %.62.i.i, %.61.i.i
  %.68.i.i = sext i1 %.63.i.i to i64
  %.47.1.i.i = add i64 %.58.i.i, %.68.i.i
  br label %B0.endif.i.i

B388.if.i.i:                                      ; preds = %B388.if.lr.ph.i.i, %B758.i.i
  %record.2.096.i.i = phi i64 [ %.34.i.i, %B388.if.lr.ph.i.i ], [ %.380.i.i, %B758.i.i ]
  %feed.2.095.i.i = phi i64 [ %.28.i.i, %B388.if.lr.ph.i.i ], [ %.385.i.i, %B758.i.i ]
  %.123.094.i.i = phi i64 [ %.96.i.i, %B388.if.lr.ph.i.i ], [ %.187.i.i, %B758.i.i ]
  %.187.i.i = add i64 %.123.094.i.i, -1
  %.217.i.i = inttoptr i64 %feed.2.095.i.i to ptr
  %.219.i.i = load i64, ptr %.217.i.i, align 8
  %.225.i.i = getelementptr i8, ptr %.217.i.i, i64 8
  %.226.i.i = load i64, ptr %.225.i.i, align 8
  %.232.i.i = getelementptr i8, ptr %.217.i.i, i64 16
  %.233.i.i = load i64, ptr %.232.i.i, align 8
  %.244.not.i.i = icmp eq i64 %.233.i.i, 0
  br i1 %.244.not.i.i, label %B634.i.i, label %B570.i.i

stage.exit.i: ; preds = %B758.i.i, %B0.endif.i.i
  br i1 %.270.i, label %B78.i.i, label %B592.i

B78.i.i:                                          ; preds = %stage.exit.i
  %.40.i.i = load atomic i64, ptr %.39.i173.i acquire, align 8
  %.48.i.i = atomicrmw add ptr %.47.i.i, i64 1 acq_rel, align 8
  %.53.i174.i = icmp eq i64 %.48.i.i, %.38.i.i
  br i1 %.53.i174.i, label %B218.i.i, label %B476.i.i

B218.i.i:                                         ; preds = %B78.i.i
  store i64 0, ptr %.47.i.i, align 8
  %.64.i.i = inttoptr i64 %.233.i to ptr
  %.65.i.i = load atomic i64, ptr %.64.i.i acquire, align 8
  %.70.i.i = load atomic i64, ptr %.64.i.i acquire, align 8
  %.73.i.i = or i64 %.70.i.i, %.65.i.i
  store i64 %.73.i.i, ptr %.74.i.i, align 8
  %.80.i.i = add i64 %.40.i.i, 1
  store atomic i64 %.80.i.i, ptr %.39.i173.i release, align 8
  br label %meet.exit.i

B476.i.i:                                         ; preds = %B78.i.i
  %.97.i.i = load atomic i64, ptr %.39.i173.i acquire, align 8
  %.99.i.i = icmp eq i64 %.97.i.i, %.40.i.i
  br i1 %.99.i.i, label %B550.i.i, label %meet.exit.i

B550.i.i:                                         ; preds = %B476.i.i, %wait.exit.i.i
  %spins.2.0.i.i = phi i64 [ %.130.i.i, %wait.exit.i.i ], [ 0, %B476.i.i ]
  %.13.i.i177.i = load i64, ptr %.12.i.i175.i, align 8
  %.20.i.i.i = load i64, ptr %.19.i.i176.i, align 8
  %.22.i.i.i = icmp sgt i64 %spins.2.0.i.i, %.20.i.i.i
  %.25.i.i.i = icmp ne i64 %.13.i.i177.i, 0
  %or.cond.i.i.i = select i1 %.22.i.i.i, i1 %.25.i.i.i, i1 false
  br i1 %or.cond.i.i.i, label %B128.i.i.i, label %B212.i.i.i

B128.i.i.i:                                       ; preds = %B550.i.i
  %.32.i.i.i = load i64, ptr %.31.i.i.i, align 8
  %.36.i.i.i = inttoptr i64 %.13.i.i177.i to ptr
  tail call void %.36.i.i.i(i64 %.32.i.i.i)
  br label %wait.exit.i.i

B212.i.i.i:                                       ; preds = %B550.i.i
  %.8.i.i.i.i = load i64, ptr %.7.i.i.i.i, align 8
  %.14.i.i.i.i = load i64, ptr %.13.i.i.i.i, align 8
  %.15.i.i.i.i = icmp sgt i64 %spins.2.0.i.i, %.14.i.i.i.i
  %.18.i.i.i.i = icmp ne i64 %.8.i.i.i.i, 0
  %or.cond.i.i.i.i = select i1 %.15.i.i.i.i, i1 %.18.i.i.i.i, i1 false
  br i1 %or.cond.i.i.i.i, label %B128.i.i.i.i, label %B162.i.i.i.i

B128.i.i.i.i:                                     ; preds = %B212.i.i.i
  %.21.i.i.i.i = inttoptr i64 %.8.i.i.i.i to ptr
  tail call void %.21.i.i.i.i()
  br label %wait.exit.i.i

B162.i.i.i.i:                                     ; preds = %B212.i.i.i
  tail call void @graphc_pause()
  br label %wait.exit.i.i

wait.exit.i.i: ; preds = %B162.i.i.i.i, %B128.i.i.i.i, %B128.i.i.i
  %.130.i.i = add i64 %spins.2.0.i.i, 1
  %.137.i.i = load atomic i64, ptr %.39.i173.i acquire, align 8
  %.139.i.i = icmp eq i64 %.137.i.i, %.40.i.i
  br i1 %.139.i.i, label %B550.i.i, label %meet.exit.i

meet.exit.i: ; preds = %wait.exit.i.i, %B476.i.i, %B218.i.i
  %.151.i.i = load i64, ptr %.74.i.i, align 8
  %.300.not.i = icmp eq i64 %.151.i.i, 0
  br i1 %.300.not.i, label %B592.i, label %epoch_body.exit

B592.i:                                           ; preds = %meet.exit.i, %stage.exit.i
  store i64 0, ptr %.330.i, align 8
  call fastcc void @walk(ptr %.330.i, i64 %a0, i64 %step.2.1.i, i64 %a2, i64 %a3)
  %.344.i = load i64, ptr %.330.i, align 8
  %.354.not.i = icmp eq i64 %.344.i, 0
  br i1 %.354.not.i, label %B642.i, label %epoch_body.exit

B642.i:                                           ; preds = %B592.i
  br i1 %.17.i180.i, label %B16.i237.i, label %B78.i181.i

B16.i237.i:                                       ; preds = %B642.i
  %.24.i238.i = inttoptr i64 %.233.i to ptr
  %.25.i239.i = load atomic i64, ptr %.24.i238.i acquire, align 8
  %.30.i241.i = load atomic i64, ptr %.69.i232.i acquire, align 8
  %.33.i242.i = or i64 %.30.i241.i, %.25.i239.i
  br label %meet.exit243.i

B78.i181.i:                                       ; preds = %B642.i
  %.40.i184.i = load atomic i64, ptr %.39.i173.i acquire, align 8
  %.48.i187.i = atomicrmw add ptr %.47.i.i, i64 1 acq_rel, align 8
  %.53.i189.i = icmp eq i64 %.48.i187.i, %.38.i.i
  br i1 %.53.i189.i, label %B218.i228.i, label %B476.i190.i

B218.i228.i:                                      ; preds = %B78.i181.i
  store i64 0, ptr %.47.i.i, align 8
  %.64.i230.i = inttoptr i64 %.233.i to ptr
  %.65.i231.i = load atomic i64, ptr %.64.i230.i acquire, align 8
  %.70.i233.i = load atomic i64, ptr %.69.i232.i acquire, align 8
  %.73.i234.i = or i64 %.70.i233.i, %.65.i231.i
  store i64 %.73.i234.i, ptr %.74.i.i, align 8
  %.80.i236.i = add i64 %.40.i184.i, 1
  store atomic i64 %.80.i236.i, ptr %.39.i173.i release, align 8
  br label %B662.i193.i

B476.i190.i:                                      ; preds = %B78.i181.i
  %.97.i191.i = load atomic i64, ptr %.39.i173.i acquire, align 8
  %.99.i192.i = icmp eq i64 %.97.i191.i, %.40.i184.i
  br i1 %.99.i192.i, label %B550.i205.i, label %B662.i193.i

B550.i205.i:                                      ; preds = %B476.i190.i, %wait.exit.i219.i
  %spins.2.0.i206.i = phi i64 [ %.130.i220.i, %wait.exit.i219.i ], [ 0, %B476.i190.i ]
  %.13.i.i207.i = load i64, ptr %.12.i.i175.i, align 8
  %.20.i.i208.i = load i64, ptr %.19.i.i176.i, align 8
  %.22.i.i209.i = icmp sgt i64 %spins.2.0.i206.i, %.20.i.i208.i
  %.25.i.i210.i = icmp ne i64 %.13.i.i207.i, 0
  %or.cond.i.i211.i = select i1 %.22.i.i209.i, i1 %.25.i.i210.i, i1 false
  br i1 %or.cond.i.i211.i, label %B128.i.i225.i, label %B212.i.i212.i

B128.i.i225.i:                                    ; preds = %B550.i205.i
  %.32.i.i226.i = load i64, ptr %.31.i.i.i, align 8
  %.36.i.i227.i = inttoptr i64 %.13.i.i207.i to ptr
  tail call void %.36.i.i227.i(i64 %.32.i.i226.i)
  br label %wait.exit.i219.i

B212.i.i212.i:                                    ; preds = %B550.i205.i
  %.8.i.i.i213.i = load i64, ptr %.7.i.i.i.i, align 8
  %.14.i.i.i214.i = load i64, ptr %.13.i.i.i.i, align 8
  %.15.i.i.i215.i = icmp sgt i64 %spins.2.0.i206.i, %.14.i.i.i214.i
  %.18.i.i.i216.i = icmp ne i64 %.8.i.i.i213.i, 0
  %or.cond.i.i.i217.i = select i1 %.15.i.i.i215.i, i1 %.18.i.i.i216.i, i1 false
  br i1 %or.cond.i.i.i217.i, label %B128.i.i.i223.i, label %B162.i.i.i218.i

B128.i.i.i223.i:                                  ; preds = %B212.i.i212.i
  %.21.i.i.i224.i = inttoptr i64 %.8.i.i.i213.i to ptr
  tail call void %.21.i.i.i224.i()
  br label %wait.exit.i219.i

B162.i.i.i218.i:                                  ; preds = %B212.i.i212.i
  tail call void @graphc_pause()
  br label %wait.exit.i219.i

wait.exit.i219.i: ; preds = %B162.i.i.i218.i, %B128.i.i.i223.i, %B128.i.i225.i
  %.130.i220.i = add i64 %spins.2.0.i206.i, 1
  %.137.i221.i = load atomic i64, ptr %.39.i173.i acquire, align 8
  %.139.i222.i = icmp eq i64 %.137.i221.i, %.40.i184.i
  br i1 %.139.i222.i, label %B550.i205.i, label %B662.i193.i

B662.i193.i:                                      ; preds = %wait.exit.i219.i, %B476.i190.i, %B218.i228.i
  %.151.i196.i = load i64, ptr %.74.i.i, align 8
  br label %meet.exit243.i

meet.exit243.i: ; preds = %B662.i193.i, %B16.i237.i
  %storemerge.i197.i = phi i64 [ %.151.i196.i, %B662.i193.i ], [ %.33.i242.i, %B16.i237.i ]
  br i1 %.286.i.i, label %B690.i, label %B850.i

B690.i:                                           ; preds = %meet.exit243.i
  %.415.i = inttoptr i64 %.233.i to ptr
  %.416.i = load i64, ptr %.415.i, align 8
  %.417.i = icmp eq i64 %.416.i, 0
  br i1 %.417.i, label %B728.i, label %B850.i

B728.i:                                           ; preds = %B690.i
  %.22.i246.i = load i64, ptr %.21.i245.i, align 8
  %.10561.not.i.i = icmp slt i64 %.22.i246.i, 1
  br i1 %.10561.not.i.i, label %keep_outputs.exit.i, label %B136.if.lr.ph.i.i

B136.if.lr.ph.i.i:                                ; preds = %B728.i
  %.16.i248.i = load i64, ptr %.15.i247.i, align 8
  br label %B136.if.i.i

B320.i.i:                                         ; preds = %B136.if.i.i
  %.172.i.i = getelementptr i8, ptr %.144.i.i, i64 8
  %.178.i249.i = getelementptr i8, ptr %.144.i.i, i64 32
  %.179.i.i = load i64, ptr %.178.i249.i, align 8
  br label %B424.i.i

B424.i.i:                                         ; preds = %B136.if.i.i, %B320.i.i
  %count.2.1.i.i = phi i64 [ %.179.i.i, %B320.i.i ], [ %.146.i.i, %B136.if.i.i ]
  %source.4.1.in.i.i = phi ptr [ %.172.i.i, %B320.i.i ], [ %.144.i.i, %B136.if.i.i ]
  %.191.i.i = getelementptr i8, ptr %.144.i.i, i64 40
  %.192.i.i = load i64, ptr %.191.i.i, align 8
  %.197.not.i.i = icmp eq i64 %.192.i.i, 0
  br i1 %.197.not.i.i, label %B632.i.i, label %B488.i.i

B488.i.i:                                         ; preds = %B424.i.i
  %.202.i.i = load i64, ptr %.33.i.i, align 8
  %1 = mul i64 %.192.i.i, 56
  %.208.i.i = add i64 %1, -56
  %.209.i.i = add i64 %.208.i.i, %.202.i.i
  %.210.i.i = inttoptr i64 %.209.i.i to ptr
  %.211.i.i = getelementptr i8, ptr %.210.i.i, i64 48
  br label %B632.i.i

B632.i.i:                                         ; preds = %B488.i.i, %B424.i.i
  %source.3.1.in.i.i = phi ptr [ %.211.i.i, %B488.i.i ], [ %source.4.1.in.i.i, %B424.i.i ]
  %source.3.1.i.i = load i64, ptr %source.3.1.in.i.i, align 8
  %.221.i.i = inttoptr i64 %.156.i.i to ptr
  %.222.i.i = inttoptr i64 %source.3.1.i.i to ptr
  tail call void @llvm.memcpy.p0.p0.i64(ptr align 1 %.221.i.i, ptr align 1 %.222.i.i, i64 %count.2.1.i.i, i1 false)
  %.232.i250.i = add i64 %output.2.063.i.i, 48
  %.105.i.i = icmp ugt i64 %.49.062.i.i, 1
  br i1 %.105.i.i, label %B136.if.i.i, label %keep_outputs.exit.i

B136.if.i.i:                                      ; preds = %B632.i.i, %B136.if.lr.ph.i.i
  %output.2.063.i.i = phi i64 [ %.16.i248.i, %B136.if.lr.ph.i.i ], [ %.232.i250.i, %B632.i.i ]
  %.49.062.i.i = phi i64 [ %.22.i246.i, %B136.if.lr.ph.i.i ], [ %.114.i.i, %B632.i.i ]
  %.114.i.i = add i64 %.49.062.i.i, -1
  %.144.i.i = inttoptr i64 %output.2.063.i.i to ptr
  %.145.i.i = getelementptr i8, ptr %.144.i.i, i64 24
  %.146.i.i = load i64, ptr %.145.i.i, align 8
  %.152.i.i = getelementptr i8, ptr %.144.i.i, i64 16
  %.153.i.i = load i64, ptr %.152.i.i, align 8
  %.155.i.i = mul i64 %.146.i.i, %.54.0319.i
  %.156.i.i = add i64 %.153.i.i, %.155.i.i
  br i1 %.168.not.i.i, label %B424.i.i, label %B320.i.i

keep_outputs.exit.i: ; preds = %B632.i.i, %B728.i
  %.454.i = load i64, ptr %.453.i, align 8
  %.459.i = inttoptr i64 %.454.i to ptr
  store atomic i64 %.126.i, ptr %.459.i release, align 8
  br label %B850.i

B850.i:                                           ; preds = %keep_outputs.exit.i, %B690.i, %meet.exit243.i
  %.469.not.i = icmp eq i64 %storemerge.i197.i, 0
  br i1 %.469.not.i, label %B868.i, label %epoch_body.exit

B868.i:                                           ; preds = %B850.i
  br i1 %.270.i, label %B880.i, label %B990.i

B880.i:                                           ; preds = %B868.i
  %.497.i = load i64, ptr %.496.i, align 8
  %.498.not.i = icmp eq i64 %.497.i, 0
  br i1 %.498.not.i, label %B990.i, label %B78.i252.i

B78.i252.i:                                       ; preds = %B880.i
  %.40.i255.i = load atomic i64, ptr %.39.i173.i acquire, align 8
  %.48.i258.i = atomicrmw add ptr %.47.i.i, i64 1 acq_rel, align 8
  %.53.i260.i = icmp eq i64 %.48.i258.i, %.38.i.i
  br i1 %.53.i260.i, label %B218.i299.i, label %B476.i261.i

B218.i299.i:                                      ; preds = %B78.i252.i
  store i64 0, ptr %.47.i.i, align 8
  %.64.i301.i = inttoptr i64 %.233.i to ptr
  %.65.i302.i = load atomic i64, ptr %.64.i301.i acquire, align 8
  %.70.i304.i = load atomic i64, ptr %.64.i301.i acquire, align 8
  %.73.i305.i = or i64 %.70.i304.i, %.65.i302.i
  store i64 %.73.i305.i, ptr %.74.i.i, align 8
  %.80.i307.i = add i64 %.40.i255.i, 1
  store atomic i64 %.80.i307.i, ptr %.39.i173.i release, align 8
  br label %meet.exit314.i

B476.i261.i:                                      ; preds = %B78.i252.i
  %.97.i262.i = load atomic i64, ptr %.39.i173.i acquire, align 8
  %.99.i263.i = icmp eq i64 %.97.i262.i, %.40.i255.i
  br i1 %.99.i263.i, label %B550.i276.i, label %meet.exit314.i

B550.i276.i:                                      ; preds = %B476.i261.i, %wait.exit.i290.i
  %spins.2.0.i277.i = phi i64 [ %.130.i291.i, %wait.exit.i290.i ], [ 0, %B476.i261.i ]
  %.13.i.i278.i = load i64, ptr %.12.i.i175.i, align 8
  %.20.i.i279.i = load i64, ptr %.19.i.i176.i, align 8
  %.22.i.i280.i = icmp sgt i64 %spins.2.0.i277.i, %.20.i.i279.i
  %.25.i.i281.i = icmp ne i64 %.13.i.i278.i, 0
  %or.cond.i.i282.i = select i1 %.22.i.i280.i, i1 %.25.i.i281.i, i1 false
  br i1 %or.cond.i.i282.i, label %B128.i.i296.i, label %B212.i.i283.i

B128.i.i296.i:                                    ; preds = %B550.i276.i
  %.32.i.i297.i = load i64, ptr %.31.i.i.i, align 8
  %.36.i.i298.i = inttoptr i64 %.13.i.i278.i to ptr
  tail call void %.36.i.i298.i(i64 %.32.i.i297.i)
  br label %wait.exit.i290.i

B212.i.i283.i:                                    ; preds = %B550.i276.i
  %.8.i.i.i284.i = load i64, ptr %.7.i.i.i.i, align 8
  %.14.i.i.i285.i = load i64, ptr %.13.i.i.i.i, align 8
  %.15.i.i.i286.i = icmp sgt i64 %spins.2.0.i277.i, %.14.i.i.i285.i
  %.18.i.i.i287.i = icmp ne i64 %.8.i.i.i284.i, 0
  %or.cond.i.i.i288.i = select i1 %.15.i.i.i286.i, i1 %.18.i.i.i287.i, i1 false
  br i1 %or.cond.i.i.i288.i, label %B128.i.i.i294.i, label %B162.i.i.i289.i

B128.i.i.i294.i:                                  ; preds = %B212.i.i283.i
  %.21.i.i.i295.i = inttoptr i64 %.8.i.i.i284.i to ptr
  tail call void %.21.i.i.i295.i()
  br label %wait.exit.i290.i

B162.i.i.i289.i:                                  ; preds = %B212.i.i283.i
  tail call void @graphc_pause()
  br label %wait.exit.i290.i

wait.exit.i290.i: ; preds = %B162.i.i.i289.i, %B128.i.i.i294.i, %B128.i.i296.i
  %.130.i291.i = add i64 %spins.2.0.i277.i, 1
  %.137.i292.i = load atomic i64, ptr %.39.i173.i acquire, align 8
  %.139.i293.i = icmp eq i64 %.137.i292.i, %.40.i255.i
  br i1 %.139.i293.i, label %B550.i276.i, label %meet.exit314.i

meet.exit314.i: ; preds = %wait.exit.i290.i, %B476.i261.i, %B218.i299.i
  %.151.i267.i = load i64, ptr %.74.i.i, align 8
  %.530.not.i = icmp ne i64 %.151.i267.i, 0
  %exitcond.not.i = icmp eq i64 %.126.i, %.19.i
  %or.cond324.i = select i1 %.530.not.i, i1 true, i1 %exitcond.not.i
  br i1 %or.cond324.i, label %epoch_body.exit, label %B140.if.i.backedge

B140.if.i.backedge:                               ; preds = %meet.exit314.i, %B990.i
  br label %B140.if.i

B990.i:                                           ; preds = %B880.i, %B868.i
  %exitcond.not.old.i = icmp eq i64 %.126.i, %.19.i
  br i1 %exitcond.not.old.i, label %epoch_body.exit, label %B140.if.i.backedge

B140.if.i:                                        ; preds = %B140.if.i.backedge, %B140.if.lr.ph.i
  %.54.0319.i = phi i64 [ 0, %B140.if.lr.ph.i ], [ %.126.i, %B140.if.i.backedge ]
  %.126.i = add i64 %.54.0319.i, 1
  %.157.i = load i64, ptr %.17.i, align 8
  %.168.i = load i64, ptr %.167.i, align 8
  %.186.i = icmp eq i64 %.54.0319.i, %.184.i
  br i1 %.186.i, label %B270.i, label %B438.i

epoch_body.exit: ; preds = %meet.exit.i, %B592.i, %B850.i, %meet.exit314.i, %B990.i, %0
  ret void
}

define i64 @graphc_next_task(i64 %a0, i64 %a1, i64 %a2, i64 %a3, i64 %a4) {
  %.19.i = shl i64 %a3, 7
  %.21.i = add i64 %.19.i, %a0
  %.26.i = inttoptr i64 %.21.i to ptr
  %.27.i = getelementptr i8, ptr %.26.i, i64 8
  %.28.i = load i64, ptr %.27.i, align 8
  %.77.i = icmp slt i64 %a1, 0
  br i1 %.77.i, label %B146.else.if.i, label %B218.i

B218.i:                                           ; preds = %B146.else.if.i, %0
  %.21588.not.i = icmp slt i64 %a4, 1
  br i1 %.21588.not.i, label %B446.i, label %B252.if.lr.ph.i

B252.if.lr.ph.i:                                  ; preds = %B218.i
  %.43.1.i = shl i64 %.28.i, 3
  %.73.i = and i64 %.43.1.i, 8
  %1 = add i64 %a0, 16
  %.257.i = add i64 %1, %.73.i
  br label %B252.if.i

B354.i:                                           ; preds = %B252.if.i
  %.275.i = atomicrmw add ptr %.264.i, i64 1 acq_rel, align 8
  %.279.i = mul i64 %.275.i, %a4
  %.281.i = add i64 %.279.i, %owner.3.090.i
  %.287.i = icmp slt i64 %.281.i, %a2
  br i1 %.287.i, label %next_task.exit, label %B418.i

B418.i:                                           ; preds = %B252.if.i, %B354.i
  %.315.i = add i64 %owner.3.090.i, 1
  %.322.i = icmp eq i64 %.315.i, %a4
  %spec.select.i = select i1 %.322.i, i64 0, i64 %.315.i
  %.215.i = icmp ugt i64 %.160.089.i, 1
  br i1 %.215.i, label %B252.if.i, label %B446.i

B446.i:                                           ; preds = %B418.i, %B218.i
  %.346.i = add i64 %.28.i, 1
  store i64 %.346.i, ptr %.27.i, align 8
  br label %next_task.exit

B146.else.if.i:                                   ; preds = %0
  %2 = and i64 %.28.i, 1
  %.121.i = xor i64 %2, 3
  %.124.i = getelementptr i64, ptr %.26.i, i64 %.121.i
  store i64 0, ptr %.124.i, align 8
  br label %B218.i

B252.if.i:                                        ; preds = %B418.i, %B252.if.lr.ph.i
  %owner.3.090.i = phi i64 [ %a3, %B252.if.lr.ph.i ], [ %spec.select.i, %B418.i ]
  %.160.089.i = phi i64 [ %a4, %B252.if.lr.ph.i ], [ %.224.i, %B418.i ]
  %.224.i = add i64 %.160.089.i, -1
  %3 = shl i64 %owner.3.090.i, 7
  %.259.i = add i64 %.257.i, %3
  %.264.i = inttoptr i64 %.259.i to ptr
  %.265.i = load atomic i64, ptr %.264.i acquire, align 8
  %.267.i = mul i64 %.265.i, %a4
  %.269.i = add i64 %.267.i, %owner.3.090.i
  %.271.i = icmp slt i64 %.269.i, %a2
  br i1 %.271.i, label %B354.i, label %B418.i

next_task.exit: ; preds = %B354.i, %B446.i
  %storemerge86.i = phi i64 [ %a2, %B446.i ], [ %.281.i, %B354.i ]
  ret i64 %storemerge86.i
}

define ptr @graphc_python_worker(ptr %self, ptr %given, i64 %count) {
  %right = icmp eq i64 %count, 2
  br i1 %right, label %go, label %common.ret

common.ret:                                       ; preds = %0, %graphc_worker.exit
  %common.ret.op = phi ptr [ %result, %graphc_worker.exit ], [ null, %0 ]
  ret ptr %common.ret.op

go:                                               ; preds = %0
  %o0 = load ptr, ptr %given, align 8
  %a0 = tail call i64 @PyLong_AsSsize_t(ptr %o0)
  %p1 = getelementptr i8, ptr %given, i64 8
  %o1 = load ptr, ptr %p1, align 8
  %a1 = tail call i64 @PyLong_AsSsize_t(ptr %o1)
  %state = tail call ptr @PyEval_SaveThread()
  %.11.i.i = shl i64 %a1, 7
  %.13.i.i = add i64 %a0, 512
  %.15.i.i = add i64 %.13.i.i, %.11.i.i
  %.21.i.i = add i64 %.15.i.i, 8
  %.22.i.i = inttoptr i64 %.21.i.i to ptr
  store atomic i64 0, ptr %.22.i.i seq_cst, align 8
  %.27.i.i = inttoptr i64 %.15.i.i to ptr
  %.28.i.i = load i64, ptr %.27.i.i, align 8
  %.39.i.i = inttoptr i64 %a0 to ptr
  %.48.i.i = getelementptr i8, ptr %.39.i.i, i64 8
  %.65.i.i = getelementptr i8, ptr %.39.i.i, i64 16
  %.69.i.i = getelementptr i8, ptr %.39.i.i, i64 24
  %.110.i.i = getelementptr i8, ptr %.39.i.i, i64 400
  %.7.i.i.i = getelementptr i8, ptr %.39.i.i, i64 384
  %.13.i.i.i = getelementptr i8, ptr %.39.i.i, i64 392
  br label %B204.i.i.outer

B204.i.i.outer:                                   ; preds = %B482.i.i, %go
  %seen.2.0.i.i.ph = phi i64 [ %.54.i.i, %B482.i.i ], [ %.28.i.i, %go ]
  br label %B204.i.i.outer1

B204.i.i.outer1:                                  ; preds = %B204.i.i.outer, %relax.exit.i.i
  %spins.3.0.i.i.ph = phi i64 [ 0, %B204.i.i.outer ], [ %.149.i.i, %relax.exit.i.i ]
  br label %B204.i.i

B204.i.i:                                         ; preds = %B204.i.i.outer1, %B810.i.i
  %.40.i.i = load atomic i64, ptr %.39.i.i acquire, align 8
  %.42.not.i.i = icmp eq i64 %.40.i.i, %seen.2.0.i.i.ph
  br i1 %.42.not.i.i, label %B568.i.i, label %B274.i.i

B274.i.i:                                         ; preds = %B204.i.i
  %.49.i.i = load i64, ptr %.48.i.i, align 8
  %.54.i.i = add i64 %seen.2.0.i.i.ph, 1
  %.61.not.i.i = icmp eq i64 %.49.i.i, 0
  br i1 %.61.not.i.i, label %B482.thread.i.i, label %B482.i.i

B482.thread.i.i:                                  ; preds = %B274.i.i
  store atomic i64 %.54.i.i, ptr %.27.i.i release, align 8
  br label %graphc_worker.exit

B482.i.i:                                         ; preds = %B274.i.i
  %.66.i.i = load i64, ptr %.65.i.i, align 8
  %.70.i.i = load i64, ptr %.69.i.i, align 8
  %.74.i.i = inttoptr i64 %.49.i.i to ptr
  tail call void %.74.i.i(i64 %a0, i64 %.66.i.i, i64 %a1, i64 %.70.i.i)
  store atomic i64 %.54.i.i, ptr %.27.i.i release, align 8
  br label %B204.i.i.outer

B568.i.i:                                         ; preds = %B204.i.i
  %.111.i.i = load i64, ptr %.110.i.i, align 8
  %.113.i.i = icmp slt i64 %spins.3.0.i.i.ph, %.111.i.i
  br i1 %.113.i.i, label %B628.i.i, label %B672.i.i

B628.i.i:                                         ; preds = %B568.i.i
  %.8.i.i.i = load i64, ptr %.7.i.i.i, align 8
  %.14.i.i.i = load i64, ptr %.13.i.i.i, align 8
  %.15.i.i.i = icmp sgt i64 %spins.3.0.i.i.ph, %.14.i.i.i
  %.18.i.i.i = icmp ne i64 %.8.i.i.i, 0
  %or.cond.i.i.i = select i1 %.15.i.i.i, i1 %.18.i.i.i, i1 false
  br i1 %or.cond.i.i.i, label %B128.i.i.i, label %B162.i.i.i

B128.i.i.i:                                       ; preds = %B628.i.i
  %.21.i.i.i = inttoptr i64 %.8.i.i.i to ptr
  tail call void %.21.i.i.i()
  br label %relax.exit.i.i

B162.i.i.i:                                       ; preds = %B628.i.i
  tail call void @graphc_pause()
  br label %relax.exit.i.i

relax.exit.i.i: ; preds = %B162.i.i.i, %B128.i.i.i
  %.149.i.i = add i64 %spins.3.0.i.i.ph, 1
  br label %B204.i.i.outer1

B672.i.i:                                         ; preds = %B568.i.i
  store atomic i64 1, ptr %.22.i.i seq_cst, align 8
  %.164.i.i = load atomic i64, ptr %.39.i.i seq_cst, align 8
  %.166.i.i = icmp eq i64 %.164.i.i, %seen.2.0.i.i.ph
  br i1 %.166.i.i, label %graphc_worker.exit, label %B810.i.i

B810.i.i:                                         ; preds = %B672.i.i
  store atomic i64 0, ptr %.22.i.i seq_cst, align 8
  br label %B204.i.i

graphc_worker.exit:                               ; preds = %B672.i.i, %B482.thread.i.i
  %storemerge.i.i = phi i64 [ 1, %B482.thread.i.i ], [ 0, %B672.i.i ]
  tail call void @PyEval_RestoreThread(ptr %state)
  %result = tail call ptr @PyLong_FromSsize_t(i64 %storemerge.i.i)
  br label %common.ret
}

declare i64 @PyLong_AsSsize_t(ptr)

declare ptr @PyEval_SaveThread()

declare void @PyEval_RestoreThread(ptr)

declare ptr @PyLong_FromSsize_t(i64)

define ptr @graphc_python_launch(ptr %self, ptr %given, i64 %count) {
  %answer.i = alloca i64, align 8
  %right = icmp eq i64 %count, 3
  br i1 %right, label %go, label %common.ret

common.ret:                                       ; preds = %0, %go
  %common.ret.op = phi ptr [ %result, %go ], [ null, %0 ]
  ret ptr %common.ret.op

go:                                               ; preds = %0
  %o0 = load ptr, ptr %given, align 8
  %a0 = tail call i64 @PyLong_AsSsize_t(ptr %o0)
  %p1 = getelementptr i8, ptr %given, i64 8
  %o1 = load ptr, ptr %p1, align 8
  %a1 = tail call i64 @PyLong_AsSsize_t(ptr %o1)
  %p2 = getelementptr i8, ptr %given, i64 16
  %o2 = load ptr, ptr %p2, align 8
  %a2 = tail call i64 @PyLong_AsSsize_t(ptr %o2)
  %state = tail call ptr @PyEval_SaveThread()
  call fastcc void @launch(ptr %answer.i, i64 %a0, i64 %a1, i64 %a2)
  %value.i = load i64, ptr %answer.i, align 8
  tail call void @PyEval_RestoreThread(ptr %state)
  %result = tail call ptr @PyLong_FromSsize_t(i64 %value.i)
  br label %common.ret
}

define ptr @graphc_python_finish(ptr %self, ptr %given, i64 %count) {
  %right = icmp eq i64 %count, 1
  br i1 %right, label %go, label %common.ret

common.ret:                                       ; preds = %0, %graphc_finish.exit
  %common.ret.op = phi ptr [ %result, %graphc_finish.exit ], [ null, %0 ]
  ret ptr %common.ret.op

go:                                               ; preds = %0
  %o0 = load ptr, ptr %given, align 8
  %a0 = tail call i64 @PyLong_AsSsize_t(ptr %o0)
  %state = tail call ptr @PyEval_SaveThread()
  %.8.i.i = inttoptr i64 %a0 to ptr
  %.9.i.i = getelementptr i8, ptr %.8.i.i, i64 32
  store i64 0, ptr %.9.i.i, align 8
  %.13.i.i = getelementptr i8, ptr %.8.i.i, i64 8
  %.14.i.i = load i64, ptr %.13.i.i, align 8
  %.20.i.i = getelementptr i8, ptr %.8.i.i, i64 24
  %.21.i.i = load i64, ptr %.20.i.i, align 8
  %.26.not.i.i = icmp eq i64 %.14.i.i, 0
  br i1 %.26.not.i.i, label %B260.i.i, label %B174.i.i

B174.i.i:                                         ; preds = %go
  %.30.i.i = getelementptr i8, ptr %.8.i.i, i64 16
  %.31.i.i = load i64, ptr %.30.i.i, align 8
  %.35.i.i = inttoptr i64 %.14.i.i to ptr
  tail call void %.35.i.i(i64 %a0, i64 %.31.i.i, i64 0, i64 %.21.i.i)
  br label %B260.i.i

B260.i.i:                                         ; preds = %B174.i.i, %go
  %.45.i.i = load i64, ptr %.8.i.i, align 8
  %.88.i.i = add i64 %.21.i.i, -1
  %.13360.not.i.i = icmp slt i64 %.88.i.i, 1
  br i1 %.13360.not.i.i, label %graphc_finish.exit, label %B344.if.lr.ph.i.i

B344.if.lr.ph.i.i:                                ; preds = %B260.i.i
  %1 = add i64 %a0, 512
  %.12.i.i.i = getelementptr i8, ptr %.8.i.i, i64 408
  %.19.i.i.i = getelementptr i8, ptr %.8.i.i, i64 424
  %.7.i.i.i.i = getelementptr i8, ptr %.8.i.i, i64 384
  %.13.i.i.i.i = getelementptr i8, ptr %.8.i.i, i64 392
  %.31.i.i.i = getelementptr i8, ptr %.8.i.i, i64 416
  br label %B344.if.i.i

B490.i.i:                                         ; preds = %B344.if.i.i, %wait.exit.i.i
  %spins.2.1.i.i = phi i64 [ %.217.i.i, %wait.exit.i.i ], [ 0, %B344.if.i.i ]
  %.13.i.i.i = load i64, ptr %.12.i.i.i, align 8
  %.20.i.i.i = load i64, ptr %.19.i.i.i, align 8
  %.22.i.i.i = icmp sgt i64 %spins.2.1.i.i, %.20.i.i.i
  %.25.i.i.i = icmp ne i64 %.13.i.i.i, 0
  %or.cond.i.i.i = select i1 %.22.i.i.i, i1 %.25.i.i.i, i1 false
  br i1 %or.cond.i.i.i, label %B128.i.i.i, label %B212.i.i.i

B128.i.i.i:                                       ; preds = %B490.i.i
  %.32.i.i.i = load i64, ptr %.31.i.i.i, align 8
  %.36.i.i.i = inttoptr i64 %.13.i.i.i to ptr
  tail call void %.36.i.i.i(i64 %.32.i.i.i)
  br label %wait.exit.i.i

B212.i.i.i:                                       ; preds = %B490.i.i
  %.8.i.i.i.i = load i64, ptr %.7.i.i.i.i, align 8
  %.14.i.i.i.i = load i64, ptr %.13.i.i.i.i, align 8
  %.15.i.i.i.i = icmp sgt i64 %spins.2.1.i.i, %.14.i.i.i.i
  %.18.i.i.i.i = icmp ne i64 %.8.i.i.i.i, 0
  %or.cond.i.i.i.i = select i1 %.15.i.i.i.i, i1 %.18.i.i.i.i, i1 false
  br i1 %or.cond.i.i.i.i, label %B128.i.i.i.i, label %B162.i.i.i.i

B128.i.i.i.i:                                     ; preds = %B212.i.i.i
  %.21.i.i.i.i = inttoptr i64 %.8.i.i.i.i to ptr
  tail call void %.21.i.i.i.i()
  br label %wait.exit.i.i

B162.i.i.i.i:                                     ; preds = %B212.i.i.i
  tail call void @graphc_pause()
  br label %wait.exit.i.i

wait.exit.i.i: ; preds = %B162.i.i.i.i, %B128.i.i.i.i, %B128.i.i.i
  %.217.i.i = add i64 %spins.2.1.i.i, 1
  %.224.i.i = load atomic i64, ptr %.185.i.i acquire, align 8
  %.226.not.i.i = icmp eq i64 %.224.i.i, %.45.i.i
  br i1 %.226.not.i.i, label %B602.i.i, label %B490.i.i

B602.i.i:                                         ; preds = %wait.exit.i.i, %B344.if.i.i
  %exitcond.not.i.i = icmp eq i64 %.146.i.i, %.21.i.i
  br i1 %exitcond.not.i.i, label %graphc_finish.exit, label %B344.if.i.i

B344.if.i.i:                                      ; preds = %B602.i.i, %B344.if.lr.ph.i.i
  %.75.062.i.i = phi i64 [ 1, %B344.if.lr.ph.i.i ], [ %.146.i.i, %B602.i.i ]
  %.146.i.i = add i64 %.75.062.i.i, 1
  %2 = shl i64 %.75.062.i.i, 7
  %.175.i.i = add i64 %1, %2
  %.185.i.i = inttoptr i64 %.175.i.i to ptr
  %.186.i.i = load atomic i64, ptr %.185.i.i acquire, align 8
  %.188.not.i.i = icmp eq i64 %.186.i.i, %.45.i.i
  br i1 %.188.not.i.i, label %B602.i.i, label %B490.i.i

graphc_finish.exit:                               ; preds = %B602.i.i, %B260.i.i
  tail call void @PyEval_RestoreThread(ptr %state)
  %result = tail call ptr @PyLong_FromSsize_t(i64 0)
  br label %common.ret
}

define ptr @graphc_python_enter(ptr %self, ptr %given, i64 %count) {
  %right = icmp eq i64 %count, 2
  br i1 %right, label %go, label %common.ret

common.ret:                                       ; preds = %0, %go
  %common.ret.op = phi ptr [ %result, %go ], [ null, %0 ]
  ret ptr %common.ret.op

go:                                               ; preds = %0
  %o0 = load ptr, ptr %given, align 8
  %a0 = tail call i64 @PyLong_AsSsize_t(ptr %o0)
  %p1 = getelementptr i8, ptr %given, i64 8
  %o1 = load ptr, ptr %p1, align 8
  %a1 = tail call i64 @PyLong_AsSsize_t(ptr %o1)
  %state = tail call ptr @PyEval_SaveThread()
  %value = tail call i64 @graphc_enter(i64 %a0, i64 %a1)
  tail call void @PyEval_RestoreThread(ptr %state)
  %result = tail call ptr @PyLong_FromSsize_t(i64 %value)
  br label %common.ret
}

define ptr @graphc_python_call(ptr %self, ptr %given, i64 %count) {
  %right = icmp eq i64 %count, 2
  br i1 %right, label %go, label %common.ret

common.ret:                                       ; preds = %0, %go
  %common.ret.op = phi ptr [ %result, %go ], [ null, %0 ]
  ret ptr %common.ret.op

go:                                               ; preds = %0
  %o0 = load ptr, ptr %given, align 8
  %a0 = tail call i64 @PyLong_AsSsize_t(ptr %o0)
  %p1 = getelementptr i8, ptr %given, i64 8
  %o1 = load ptr, ptr %p1, align 8
  %a1 = ptrtoint ptr %o1 to i64
  %state = tail call ptr @PyEval_SaveThread()
  %value = tail call i64 @graphc_enter(i64 %a0, i64 %a1)
  tail call void @PyEval_RestoreThread(ptr %state)
  %result = tail call ptr @PyLong_FromSsize_t(i64 %value)
  br label %common.ret
}

define ptr @graphc_python_step_body(ptr %self, ptr %given, i64 %count) {
  %.8.i.i = alloca i64, align 8
  %right = icmp eq i64 %count, 4
  br i1 %right, label %go, label %common.ret

common.ret:                                       ; preds = %0, %go
  %common.ret.op = phi ptr [ %result, %go ], [ null, %0 ]
  ret ptr %common.ret.op

go:                                               ; preds = %0
  %o0 = load ptr, ptr %given, align 8
  %a0 = tail call i64 @PyLong_AsSsize_t(ptr %o0)
  %p1 = getelementptr i8, ptr %given, i64 8
  %o1 = load ptr, ptr %p1, align 8
  %a1 = tail call i64 @PyLong_AsSsize_t(ptr %o1)
  %p2 = getelementptr i8, ptr %given, i64 16
  %o2 = load ptr, ptr %p2, align 8
  %a2 = tail call i64 @PyLong_AsSsize_t(ptr %o2)
  %p3 = getelementptr i8, ptr %given, i64 24
  %o3 = load ptr, ptr %p3, align 8
  %a3 = tail call i64 @PyLong_AsSsize_t(ptr %o3)
  %state = tail call ptr @PyEval_SaveThread()
  call fastcc void @walk(ptr %.8.i.i, i64 %a0, i64 %a1, i64 %a2, i64 %a3)
  tail call void @PyEval_RestoreThread(ptr %state)
  %result = tail call ptr @PyLong_FromSsize_t(i64 0)
  br label %common.ret
}

define ptr @graphc_python_epoch_body(ptr %self, ptr %given, i64 %count) {
  %right = icmp eq i64 %count, 4
  br i1 %right, label %go, label %common.ret

common.ret:                                       ; preds = %0, %go
  %common.ret.op = phi ptr [ %result, %go ], [ null, %0 ]
  ret ptr %common.ret.op

go:                                               ; preds = %0
  %o0 = load ptr, ptr %given, align 8
  %a0 = tail call i64 @PyLong_AsSsize_t(ptr %o0)
  %p1 = getelementptr i8, ptr %given, i64 8
  %o1 = load ptr, ptr %p1, align 8
  %a1 = tail call i64 @PyLong_AsSsize_t(ptr %o1)
  %p2 = getelementptr i8, ptr %given, i64 16
  %o2 = load ptr, ptr %p2, align 8
  %a2 = tail call i64 @PyLong_AsSsize_t(ptr %o2)
  %p3 = getelementptr i8, ptr %given, i64 24
  %o3 = load ptr, ptr %p3, align 8
  %a3 = tail call i64 @PyLong_AsSsize_t(ptr %o3)
  %state = tail call ptr @PyEval_SaveThread()
  tail call void @graphc_epoch_body(i64 %a0, i64 %a1, i64 %a2, i64 %a3)
  tail call void @PyEval_RestoreThread(ptr %state)
  %result = tail call ptr @PyLong_FromSsize_t(i64 0)
  br label %common.ret
}

declare i64 @llvm.smin.i64(i64, i64)

declare i64 @llvm.smax.i64(i64, i64)
